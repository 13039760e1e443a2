using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>A service with its host, handler and, if wanted, a clock of its own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Topic = "/optimism/10/3/blocks";
    public const string OtherTopic = "/optimism/10/2/blocks";

    public TestNode(
        byte seed,
        TimeProvider? time = null,
        GossipsubOptions? options = null,
        int pipeCapacity = 1 << 20,
        PeerScoreParams? score = null,
        PeerScoreThresholds? thresholds = null,
        IReadOnlyList<Multiaddr>? direct = null)
    {
        Host = new FakeHost(seed) { PipeCapacity = pipeCapacity };
        Service = new GossipsubService(
            Host, options ?? Fast, [Topic, OtherTopic], Handler, time ?? TimeProvider.System, NullLogger.Instance, new Random(seed), score, thresholds, direct);
    }

    /// <summary>Heartbeats quick enough for a test on the real clock.</summary>
    public static GossipsubOptions Fast { get; } = new()
    {
        HeartbeatInitialDelay = TimeSpan.FromMilliseconds(20),
        HeartbeatInterval = TimeSpan.FromMilliseconds(50),
    };

    public FakeHost Host { get; }

    public TestHandler Handler { get; } = new();

    public GossipsubService Service { get; }

    public static async Task<TestNode> StartAsync(byte seed, TimeProvider? time = null, bool subscribe = true, int pipeCapacity = 1 << 20)
    {
        TestNode node = new(seed, time, null, pipeCapacity);
        await node.Service.StartAsync();
        if (subscribe)
        {
            node.Service.Subscribe(Topic);
        }

        return node;
    }

    public async Task<GossipsubBacklog> BacklogAsync() => (await Service.GetSnapshotAsync()).Backlog!;

    public Task<bool> InMeshAsync(int degree) => WithinAsync(async () =>
        (await Service.GetSnapshotAsync()).Mesh.TryGetValue(Topic, out IReadOnlyList<PeerId>? mesh) && mesh.Count >= degree);

    /// <summary>Polls until the condition holds; false at the hang guard.</summary>
    public static async Task<bool> WithinAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource guard = new(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            if (guard.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(5);
        }

        return true;
    }

    public static Task<bool> WithinAsync(Func<bool> condition) => WithinAsync(() => Task.FromResult(condition()));

    /// <summary>Moves a clock in steps of one heartbeat, letting the loop take each.</summary>
    public async Task AdvanceAsync(FakeTimeProvider time, TimeSpan by)
    {
        for (TimeSpan left = by; left > TimeSpan.Zero; left -= Fast.HeartbeatInterval)
        {
            time.Advance(Fast.HeartbeatInterval);
            await Service.GetSnapshotAsync();
        }
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
