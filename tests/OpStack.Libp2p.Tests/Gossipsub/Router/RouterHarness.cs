using System.Buffers.Binary;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>A router in virtual time. Releases the reference of every message it is told to send, and knows every frame it made.</summary>
internal sealed class RouterHarness : IDisposable
{
    public const string Topic = "/optimism/10/3/blocks";

    public static readonly PeerId Self = Peer(-1);

    private readonly List<GossipFrame> _frames = [];

    public RouterHarness(GossipsubOptions? options = null, IPeerScoring? scoring = null, int seed = 1, bool join = true)
    {
        Options = options ?? new GossipsubOptions();
        Router = new GossipsubRouter(Self, Options, scoring ?? new UnscoredPeers(), new Random(seed), Now);
        if (join)
        {
            Handle(new RouterInput.Join(Topic));
        }
    }

    public GossipsubOptions Options { get; }

    public GossipsubRouter Router { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public RouterSnapshot State => Router.Snapshot();

    public IReadOnlyList<PeerId> Mesh => State.Mesh[Topic];

    public static PeerId Peer(int n)
    {
        byte[] multihash = new byte[34];
        multihash[0] = 0x12;
        multihash[1] = 32;
        BinaryPrimitives.WriteInt32BigEndian(multihash.AsSpan(2), n);
        Assert.True(PeerId.TryDecode(multihash, out PeerId? id));
        return id;
    }

    public static MessageId Id(int n)
    {
        byte[] id = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(id, n);
        return new MessageId(id);
    }

    public static MessageId[] Ids(int from, int count) => [.. Enumerable.Range(from, count).Select(Id)];

    public List<RouterOutput> Handle(RouterInput input)
    {
        List<RouterOutput> outputs = [];
        Router.Handle(input, Now, outputs);
        return Take(outputs);
    }

    public List<RouterOutput> Handle(ReceivedCopy copy)
    {
        List<RouterOutput> outputs = [];
        Router.Handle(copy, Now, outputs);
        return Take(outputs);
    }

    /// <summary>Goes on to the next heartbeat, past other deadlines.</summary>
    public List<RouterOutput> Heartbeat()
    {
        List<RouterOutput> outputs = [];
        long heartbeats = Router.Counters.Heartbeats;
        while (Router.Counters.Heartbeats == heartbeats)
        {
            outputs.AddRange(Tick(Router.NextDeadline));
        }

        return outputs;
    }

    /// <summary>Lets time pass, with every deadline that falls due.</summary>
    public List<RouterOutput> Advance(TimeSpan time)
    {
        TimeSpan end = Now + time;
        List<RouterOutput> outputs = [];
        while (Router.NextDeadline <= end)
        {
            outputs.AddRange(Tick(Router.NextDeadline));
        }

        Now = end;
        return outputs;
    }

    /// <summary>Lets so many heartbeats pass.</summary>
    public List<RouterOutput> Heartbeats(int count) => [.. Enumerable.Range(0, count).SelectMany(_ => Heartbeat())];

    /// <summary>One call at this time, whatever was due before.</summary>
    public List<RouterOutput> Tick(TimeSpan now)
    {
        List<RouterOutput> outputs = [];
        Now = now;
        Router.Tick(Now, outputs);
        return Take(outputs);
    }

    public List<RouterOutput> Connect(PeerId peer, GossipsubVersion version = GossipsubVersion.V12, bool outbound = false) =>
        Handle(new RouterInput.PeerConnected(peer, version, outbound));

    public List<RouterOutput> Disconnect(PeerId peer) => Handle(new RouterInput.PeerDisconnected(peer));

    public List<RouterOutput> Receive(PeerId peer, Action<GossipRpc> fill)
    {
        GossipRpc rpc = new();
        fill(rpc);
        return Handle(new RouterInput.RpcReceived(peer, rpc));
    }

    /// <summary>Connects peers that subscribe to the topic.</summary>
    public PeerId[] AddPeers(int from, int count, GossipsubVersion version = GossipsubVersion.V12, bool outbound = false, string topic = Topic)
    {
        PeerId[] peers = [.. Enumerable.Range(from, count).Select(Peer)];
        foreach (PeerId peer in peers)
        {
            Connect(peer, version, outbound);
            Receive(peer, rpc => rpc.Subscriptions.Add(new SubscriptionEntry(topic, true)));
        }

        return peers;
    }

    /// <summary>Connects peers that graft us.</summary>
    public PeerId[] AddMeshPeers(int from, int count, GossipsubVersion version = GossipsubVersion.V12, bool outbound = false)
    {
        PeerId[] peers = AddPeers(from, count, version, outbound);
        foreach (PeerId peer in peers)
        {
            Receive(peer, rpc => rpc.Graft.Add(Topic));
        }

        return peers;
    }

    public GossipFrame Frame(int size = 100, string topic = Topic)
    {
        GossipFrame frame = GossipFrame.Encode(topic, new byte[size]);
        _frames.Add(frame);
        return frame;
    }

    public List<RouterOutput> Message(PeerId from, int id, int size = 100, string topic = Topic, bool wellFormed = true) =>
        Handle(new RouterInput.MessageReceived(from, topic, new DecodedMessage(Id(id), new byte[size], wellFormed), Frame(size, topic)));

    public List<RouterOutput> Validated(int id, MessageAcceptance acceptance = MessageAcceptance.Accept, object? check = null) =>
        Handle(new RouterInput.ValidationCompleted(Id(id), acceptance, check));

    /// <summary>Receives and accepts.</summary>
    public List<RouterOutput> Accepted(PeerId from, int id, int size = 100)
    {
        Message(from, id, size);
        return Validated(id);
    }

    public List<RouterOutput> Publish(int id, int size = 100, string topic = Topic) =>
        Handle(new RouterInput.Publish(topic, Id(id), Frame(size, topic)));

    /// <summary>Ends the router; every frame must have been released by then.</summary>
    public void Dispose()
    {
        Router.Dispose();
        Assert.All(_frames, frame => Assert.False(frame.TryRetain(), "a frame is still held"));
    }

    private static List<RouterOutput> Take(List<RouterOutput> outputs)
    {
        foreach (RouterOutput.SendMessage send in outputs.OfType<RouterOutput.SendMessage>())
        {
            send.Frame.Release();
        }

        return outputs;
    }
}
