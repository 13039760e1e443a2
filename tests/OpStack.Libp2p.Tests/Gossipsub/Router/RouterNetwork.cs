using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>Routers joined by links with delay, in virtual time, from a seed. Control arrives; messages may be lost.</summary>
internal sealed class RouterNetwork : IDisposable
{
    private readonly Random _random;
    private readonly double _loss;
    private readonly PriorityQueue<Action, (TimeSpan, long)> _events = new();
    private readonly Dictionary<PeerId, int> _index = [];
    private readonly List<GossipFrame> _frames = [];
    private TimeSpan _now;
    private long _sequence;

    public RouterNetwork(int nodes, int degree, double loss, int seed)
    {
        _random = new Random(seed);
        _loss = loss;
        for (int i = 0; i < nodes; i++)
        {
            _index.Add(Peer(i), i);
            Routers.Add(new GossipsubRouter(Peer(i), new GossipsubOptions(), new UnscoredPeers(), new Random(seed + i), _now));
            Delivered.Add([]);
            Post(i, new RouterInput.Join(Topic), TimeSpan.Zero);
            Tick(i);
        }

        for (int i = 0; i < nodes; i++)
        {
            for (int k = 1; k <= degree / 2; k++)
            {
                Connect(i, (i + (k * k)) % nodes);
            }
        }
    }

    public List<GossipsubRouter> Routers { get; } = [];

    /// <summary>Ids each node delivered, in order.</summary>
    public List<List<MessageId>> Delivered { get; } = [];

    public List<string> Trace { get; } = [];

    public int Lost { get; private set; }

    public void Publish(int node, int id, int size)
    {
        GossipFrame frame = GossipFrame.Encode(Topic, new byte[size]);
        _frames.Add(frame);
        Post(node, new RouterInput.Publish(Topic, Id(id), frame), TimeSpan.Zero);
    }

    public void Run(TimeSpan time)
    {
        TimeSpan end = _now + time;
        while (_events.TryPeek(out _, out (TimeSpan Due, long) next) && next.Due <= end)
        {
            _now = next.Due;
            _events.Dequeue()();
        }

        _now = end;
    }

    public void Dispose()
    {
        foreach (GossipsubRouter router in Routers)
        {
            router.Dispose();
        }

        foreach (GossipFrame frame in _frames)
        {
            Assert.False(frame.TryRetain(), "a frame is still held");
        }
    }

    private void Connect(int dialler, int listener)
    {
        Post(dialler, new RouterInput.PeerConnected(Peer(listener), GossipsubVersion.V12, true), TimeSpan.Zero);
        Post(listener, new RouterInput.PeerConnected(Peer(dialler), GossipsubVersion.V12, false), TimeSpan.Zero);
    }

    private void At(TimeSpan due, Action action) => _events.Enqueue(action, (due, _sequence++));

    private void Post(int node, RouterInput input, TimeSpan delay) => At(_now + delay, () =>
    {
        List<RouterOutput> outputs = [];
        Routers[node].Handle(input, _now, outputs);
        Carry(node, outputs);
    });

    private void Tick(int node) => At(Routers[node].NextDeadline, () =>
    {
        List<RouterOutput> outputs = [];
        Routers[node].Tick(_now, outputs);
        Carry(node, outputs);
        Tick(node);
    });

    private void Carry(int from, List<RouterOutput> outputs)
    {
        foreach (RouterOutput output in outputs)
        {
            Trace.Add($"{_now} {from} {output.Line()}");
            switch (output)
            {
                case RouterOutput.SendRpc send:
                    Post(_index[send.Peer], new RouterInput.RpcReceived(Peer(from), send.Rpc), Delay());
                    break;
                case RouterOutput.SendMessage send:
                    CarryMessage(from, send);
                    break;
                case RouterOutput.Validate validate:
                    Post(from, new RouterInput.ValidationCompleted(validate.Message.Decoded.Id, MessageAcceptance.Accept, null), Delay());
                    break;
                case RouterOutput.Deliver deliver:
                    Delivered[from].Add(deliver.Message.Decoded.Id);
                    break;
            }
        }
    }

    private void CarryMessage(int from, RouterOutput.SendMessage send)
    {
        if (_random.NextDouble() < _loss)
        {
            Lost++;
            send.Frame.Release();
            return;
        }

        // The reference of the output becomes that of the input.
        DecodedMessage decoded = new(send.Id, send.Frame.Data, true);
        Post(_index[send.Peer], new RouterInput.MessageReceived(Peer(from), Topic, decoded, send.Frame), Delay());
    }

    private TimeSpan Delay() => TimeSpan.FromMilliseconds(5 + _random.Next(45));
}
