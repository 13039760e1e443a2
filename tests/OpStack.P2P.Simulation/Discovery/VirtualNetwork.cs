using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>Cores on one thread in virtual time: datagrams travel 10 to 60 ms, or get lost. One seed gives one run.</summary>
internal sealed class VirtualNetwork
{
    private readonly PriorityQueue<Due, (TimeSpan At, long Order)> _queue = new();
    private readonly Dictionary<IPEndPoint, VirtualNode> _nodes = [];
    private readonly Random _random;
    private readonly double _loss;
    private readonly IDiscv5Crypto _crypto;
    private readonly List<ProtocolOutput> _outputs = [];
    private long _order;

    /// <param name="seed">Decides everything.</param>
    /// <param name="loss">Share of datagrams that get lost.</param>
    /// <param name="crypto">What the nodes use keys with; the real one when null.</param>
    public VirtualNetwork(int seed = 1, double loss = 0, IDiscv5Crypto? crypto = null)
    {
        _random = new Random(seed);
        _loss = loss;
        _crypto = crypto ?? Discv5Crypto.Instance;
    }

    public TimeSpan Now { get; private set; }

    public long DatagramsSent { get; private set; }

    /// <summary>A node at 10.x.y.z:9000: local, so that neither rates nor the table's limits per network hold for it.</summary>
    public VirtualNode Add(Discv5Options? options = null)
    {
        int number = _nodes.Count + 1;
        IPEndPoint endPoint = new(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 9000);
        Secp256k1PrivateKey key = NewKey();
        Enr record = new EnrBuilder(1).SetIp(endPoint.Address).SetUdp(endPoint.Port).Build(key);
        Discv5Protocol core = new(key, record, options ?? new Discv5Options(), new Random(_random.Next()), Now, _crypto);
        VirtualNode node = new(this, endPoint, core);
        _nodes.Add(endPoint, node);
        Arm(node);
        return node;
    }

    public void Schedule(TimeSpan after, Action action) => Enqueue(Now + after, new Due(null, action, null, default));

    public void Run(TimeSpan duration) => RunUntil(() => false, duration);

    /// <summary>Runs until the condition holds; false when the time was over first.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        while (!condition())
        {
            if (!_queue.TryPeek(out _, out (TimeSpan At, long Order) next) || next.At > end)
            {
                Now = end;
                return condition();
            }

            Due due = _queue.Dequeue();
            Now = next.At;
            Run(due);
        }

        return true;
    }

    /// <summary>A command to a node's core.</summary>
    public void Do(VirtualNode node, ProtocolInput input)
    {
        node.Core.Handle(input, Now, _outputs);
        Finish(node);
    }

    private Secp256k1PrivateKey NewKey()
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        while (true)
        {
            _random.NextBytes(secret);
            if (Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key))
            {
                return key;
            }
        }
    }

    private void Enqueue(TimeSpan at, in Due due) => _queue.Enqueue(due, (at, _order++));

    private void Run(in Due due)
    {
        if (due.Node is not { } node)
        {
            due.Action!();
        }
        else if (due.From is { } from)
        {
            node.Core.Receive(from, due.Datagram.Span, Now, _outputs);
            Finish(node);
        }
        else
        {
            OnDeadline(node);
        }
    }

    /// <summary>What the core asks for, and its next deadline.</summary>
    private void Finish(VirtualNode node)
    {
        foreach (ProtocolOutput output in _outputs)
        {
            switch (output)
            {
                case ProtocolOutput.Send send:
                    Send(node.EndPoint, send.To, send.Datagram);
                    break;
                case ProtocolOutput.Completed completed:
                    node.Outcomes.Add(completed.Caller, completed.Outcome);
                    break;
            }
        }

        _outputs.Clear();
        Arm(node);
    }

    private void Send(IPEndPoint from, IPEndPoint to, ReadOnlyMemory<byte> datagram)
    {
        DatagramsSent++;
        bool isLost = _loss > 0 && _random.NextDouble() < _loss;
        TimeSpan travel = TimeSpan.FromMilliseconds(10 + (50 * _random.NextDouble()));
        if (!isLost && _nodes.TryGetValue(to, out VirtualNode? node))
        {
            Enqueue(Now + travel, new Due(node, null, from, datagram));
        }
    }

    /// <summary>Queues the node's next deadline if it is earlier than the one that is queued.</summary>
    private void Arm(VirtualNode node)
    {
        TimeSpan next = node.Core.NextDeadline;
        if (next < node.Armed)
        {
            node.Armed = next;
            Enqueue(next < Now ? Now : next, new Due(node, null, null, default));
        }
    }

    /// <summary>An entry that an earlier one has overtaken finds nothing due, and only the last one arms the next.</summary>
    private void OnDeadline(VirtualNode node)
    {
        if (Now < node.Armed)
        {
            return;
        }

        node.Armed = TimeSpan.MaxValue;
        if (Now >= node.Core.NextDeadline)
        {
            node.Core.Tick(Now, _outputs);
        }

        Finish(node);
    }

    /// <summary>A datagram (with <c>From</c>) or the deadline of a node, or an action.</summary>
    private readonly record struct Due(VirtualNode? Node, Action? Action, IPEndPoint? From, ReadOnlyMemory<byte> Datagram);
}
