using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>Swarms on a network in memory, disposed at the end. Times are hang guards only.</summary>
public abstract class SwarmTestBase : IAsyncLifetime
{
    protected static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly List<Node> _nodes = [];

    private protected MemoryNetwork Network { get; } = new();

    private protected FakeTimeProvider Time { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (Node node in _nodes)
        {
            // Goodbyes have deadlines in the time that stands still here.
            Task disposal = node.Swarm.DisposeAsync().AsTask();
            await AdvanceUntil(() => disposal.IsCompleted);
            await disposal;
            node.Key.Dispose();
        }
    }

    private protected Node Create(
        string address,
        SwarmOptions? options = null,
        IConnectionGate? gate = null,
        NameResolver? names = null,
        int port = 9222)
    {
        KeyPair key = KeyPair.GenerateEd25519();
        Swarm swarm = new(key, options, Time, loggerFactory: null, names, gate, textResolver: null, Network.At(address));
        Node node = new(swarm, key, Multiaddr.FromTcpEndPoint(new IPEndPoint(IPAddress.Parse(address), port)));
        swarm.ObserveConnections(node.Log);
        swarm.Listen(node.Bare);
        _nodes.Add(node);
        return node;
    }

    private protected async Task AdvanceUntil(Func<bool> condition, double seconds = 1) => await Until.TrueAsync(() =>
    {
        bool holds = condition();
        if (!holds)
        {
            Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        return holds;
    });

    private protected static async Task<Libp2pException> FailsAsync(Libp2pError error, Func<ValueTask> action)
    {
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(() => action().AsTask().WaitAsync(Guard));
        Assert.Equal(error, e.Error);
        return e;
    }

    internal sealed record Node(Swarm Swarm, KeyPair Key, Multiaddr Bare)
    {
        public PeerId Id => Key.PeerId;

        public Multiaddr Address => Bare.WithPeerId(Id);

        public ConnectionLog Log { get; } = new();

        public IPEndPoint EndPoint => Bare.TryGetTcpEndPoint(out IPEndPoint? endPoint) ? endPoint : throw new InvalidOperationException();
    }
}
