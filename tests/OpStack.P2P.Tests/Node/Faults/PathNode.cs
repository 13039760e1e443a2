using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Connections.Faults;
using OpStack.Libp2p.Transport;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>One end of a connection that carries everything a node says on one: gossip, and blocks by number.</summary>
internal sealed class PathNode : IAsyncDisposable
{
    private static readonly RollupConfig Chain = TestChains.At(DriverNode.ChainId, PayloadVersion.V4);

    private readonly KeyPair _key = KeyPair.GenerateEd25519();
    private readonly PayloadServer _server;
    private readonly PayloadRequester _requester;
    private readonly ConcurrentDictionary<ulong, bool> _heights = new();
    private readonly Task _reading;

    private PathNode(FakeTimeProvider time, IPayloadSource source)
    {
        Transport = new FaultyTransport(new TcpTransport(time, NullLogger<TcpTransport>.Instance), time);
        Driver = DriverNode.Builder(_key)
            .WithTimeProvider(time)
            .WithPings(false)
            .WithGaterConfig(new GaterConfig { PeerRedialing = 0 })
            .WithSwarm(gate => new Swarm(_key, null, time, null, null, gate, textResolver: null, Transport))
            .Build();
        _server = new PayloadServer(Driver.Host, Chain, source, time);
        _server.Start();
        _requester = new PayloadRequester(Driver.Host, Chain, time);
        _reading = Task.Run(ReadAsync);
    }

    public FaultyTransport Transport { get; }

    public GossipDriver Driver { get; }

    public PeerId Id => Driver.LocalPeerId;

    public Multiaddr Address => Driver.ListenAddresses[0].WithPeerId(Id);

    public static async Task<PathNode> StartAsync(FakeTimeProvider time, IPayloadSource source)
    {
        PathNode node = new(time, source);
        await node.Driver.StartAsync();
        return node;
    }

    public bool IsConnectedTo(PathNode other) => Driver.ConnectedPeers.Contains(other.Id);

    public bool HasIdentified(PathNode other) => Driver.GetIdentifyInfo(other.Id) is not null;

    public bool HasReceived(ulong height) => _heights.ContainsKey(height);

    public async Task<bool> KnowsTopicsOfAsync(PathNode other) =>
        (await Driver.GetSnapshotAsync()).Subscribers.TryGetValue(DriverNode.Topic(), out IReadOnlyList<PeerId>? peers) && peers.Contains(other.Id);

    public async Task<bool> HasInMeshAsync(PathNode other) =>
        (await Driver.GetSnapshotAsync()).Mesh.TryGetValue(DriverNode.Topic(), out IReadOnlyList<PeerId>? mesh) && mesh.Contains(other.Id);

    /// <summary>Whether the other one gave us the block.</summary>
    public async Task<bool> FetchAsync(PathNode from, ulong number) => (await _requester.AskAsync(from.Id, number, default)).Envelope is not null;

    /// <summary>
    /// What is held while nobody is connected; empty when it is what it should be. The one task of the swarm accepts, and that of gossip is the
    /// router's loop.
    /// </summary>
    public async Task<string> HeldAsync()
    {
        RouterSnapshot router = await Driver.GetSnapshotAsync();
        Swarm host = Driver.Host;
        SwarmStatistics now = host.Statistics;
        (string What, long Held)[] held =
        [
            ("sockets", Transport.Open),
            ("tasks of the swarm", host.RunningTasks - 1),
            ("tasks of gossip", Driver.Gossipsub.RunningTasks - 1),
            ("peers", Driver.ConnectedPeers.Count + router.Peers.Count),
            ("connections", now.InboundNow + now.OutboundNow + now.HalfOpenInboundNow),
            ("streams", now.InboundStreamsNow + now.OutboundStreamsNow),
            ("dials", now.DialsNow + now.QueuedDialsNow),
            ("places and budgets", host.HeldAddresses + host.HeldBudgets),
            ("mesh", router.Mesh.Values.Sum(mesh => mesh.Count) + router.Subscribers.Values.Sum(peers => peers.Count)),
            ("frames", router.Backlog!.FrameBytes + router.Backlog.MessageBytes + router.Backlog.SendQueues.Count + router.Validating),
            ("requests served", _server.Statistics.Active),
        ];
        return string.Join(", ", held.Where(h => h.Held != 0).Select(h => $"{h.Held} {h.What}"));
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync().AsTask().WaitAsync(DriverNode.Patience);
        await _reading.WaitAsync(DriverNode.Patience);
        _key.Dispose();
    }

    private async Task ReadAsync()
    {
        await Until.TrueAsync(() => Driver.ListenAddresses.Count > 0);
        while (await Driver.NextAsync() is { } next)
        {
            if (next is BlockReceived block)
            {
                _heights[block.Envelope.Payload.BlockNumber] = true;
            }
        }
    }
}
