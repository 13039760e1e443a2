using System.Net;
using OpStack.Discv5;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Simulation.Discovery;

/// <summary>
/// Cores on one thread in virtual time: datagrams travel 10 to 60 ms, or get lost. One seed gives one run. Datagrams to addresses without a node can be
/// taken by <see cref="OnUnclaimed"/>, which is how a test plays a peer by hand.
/// </summary>
internal sealed class VirtualNetwork
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _queue = new();
    private readonly Dictionary<IPEndPoint, VirtualNode> _nodes = [];
    private readonly Random _random;
    private readonly List<ProtocolOutput> _outputs = [];
    private long _order;

    public VirtualNetwork(int seed = 1, double loss = 0)
    {
        _random = new Random(seed);
        Loss = loss;
    }

    public TimeSpan Now { get; private set; }

    public VerifiedRecords Records { get; } = new();

    /// <summary>Share of datagrams that get lost.</summary>
    public double Loss { get; set; }

    /// <summary>Decides for single datagrams: false loses it.</summary>
    public Func<IPEndPoint, IPEndPoint, ReadOnlyMemory<byte>, bool> Filter { get; set; } = (_, _, _) => true;

    public Action<IPEndPoint, IPEndPoint, ReadOnlyMemory<byte>> OnUnclaimed { get; set; } = (_, _, _) => { };

    public IReadOnlyCollection<VirtualNode> Nodes => _nodes.Values;

    public long DatagramsSent { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>A node at 10.x.y.z:9000, each in a network of its own as far as the table's limits see it (LAN is exempt).</summary>
    public VirtualNode Add(Discv5Options? options = null, IPEndPoint? endPoint = null, bool advertise = true)
    {
        int number = _nodes.Count + 1;
        endPoint ??= new IPEndPoint(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 9000);
        Secp256k1PrivateKey key = NewKey();
        EnrBuilder builder = new(1);
        if (advertise)
            builder.SetIp(endPoint.Address).SetUdp(endPoint.Port);
        Random random = new(_random.Next());
        VirtualNode node = new(this, endPoint, key, builder.Build(key), options ?? new Discv5Options(), random);
        _nodes.Add(endPoint, node);
        Arm(node);
        return node;
    }

    public Secp256k1PrivateKey NewKey()
    {
        byte[] secret = new byte[Secp256k1PrivateKey.Size];
        while (true)
        {
            _random.NextBytes(secret);
            if (Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key))
                return key;
        }
    }

    /// <summary>Puts a datagram on its way.</summary>
    public void Send(IPEndPoint from, IPEndPoint to, ReadOnlyMemory<byte> datagram)
    {
        DatagramsSent++;
        BytesSent += datagram.Length;
        if (!Filter(from, to, datagram) || (Loss > 0 && _random.NextDouble() < Loss))
            return;

        Schedule(TimeSpan.FromMilliseconds(10 + (50 * _random.NextDouble())), () =>
        {
            if (!_nodes.TryGetValue(to, out VirtualNode? node))
                OnUnclaimed(from, to, datagram);
            else if (node.IsUp)
                Step(node, (core, now, outputs) => core.Receive(from, datagram.Span, now, outputs));
        });
    }

    public void Schedule(TimeSpan after, Action action) => _queue.Enqueue(action, (Now + after, _order++));

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

            Action action = _queue.Dequeue();
            Now = next.At;
            action();
        }

        return true;
    }

    /// <summary>One step of a core, and what it asks for.</summary>
    public void Step(VirtualNode node, Action<Discv5Protocol, TimeSpan, List<ProtocolOutput>> step)
    {
        step(node.Core, Now, _outputs);
        for (int i = 0; i < _outputs.Count; i++)
            Do(node, _outputs[i]);
        _outputs.Clear();
        Arm(node);
    }

    private void Do(VirtualNode node, ProtocolOutput output)
    {
        switch (output)
        {
            case ProtocolOutput.Send send:
                Send(node.EndPoint, send.To, send.Datagram);
                break;
            case ProtocolOutput.Raise raise:
                node.Events.Add(raise.Event);
                break;
            case ProtocolOutput.Completed completed:
                node.Outcomes.Add(completed.Caller, completed.Outcome);
                break;
            case ProtocolOutput.TalkRequested asked:
                string name = System.Text.Encoding.Latin1.GetString(asked.Protocol.Span);
                byte[] response = node.TalkHandlers.TryGetValue(name, out Func<byte[], byte[]>? handler) ? handler(asked.Payload.ToArray()) : [];
                node.Core.Handle(new ProtocolInput.TalkAnswer(asked, response), Now, _outputs);
                break;
        }
    }

    /// <summary>Queues the node's next deadline if it is earlier than the one that is queued.</summary>
    private void Arm(VirtualNode node)
    {
        TimeSpan next = node.Core.NextDeadline;
        if (next >= node.Armed)
            return;

        node.Armed = next;
        _queue.Enqueue(() => OnDeadline(node, next), (next < Now ? Now : next, _order++));
    }

    private void OnDeadline(VirtualNode node, TimeSpan armed)
    {
        if (node.Armed != armed)
            return;

        node.Armed = TimeSpan.MaxValue;
        if (!node.IsUp)
            return;
        if (Now >= node.Core.NextDeadline)
            Step(node, (core, now, outputs) => core.Tick(now, outputs));
        else
            Arm(node);
    }
}
