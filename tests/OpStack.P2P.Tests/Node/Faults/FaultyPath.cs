using System.Diagnostics;
using OpStack.Libp2p;
using OpStack.Libp2p.Tests.Transport;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>
/// Two nodes, and all that happens on a connection between them: connect, multistream, noise, yamux, identify, ping, gossip streams and
/// subscriptions, the mesh, a block each way, a request by number each way, goodbye. Time stands still but for heartbeats, unless a fault needs
/// a deadline.
/// </summary>
internal sealed class FaultyPath : IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Of the nodes' own time, for a stall: a silent peer is found out in 40 s (keep-alive, and a write), and the issue gives 2 s for the rest. On a busy
    /// machine the clock's steps are far ahead of who looks at it and sets its next timer; what it came to is printed.
    /// </summary>
    private static readonly TimeSpan MaxStall = TimeSpan.FromMinutes(5);

    private readonly ExecutionPayload _stored;
    private int _timers = int.MaxValue;
    private string _fault = "nothing";
    private ulong _height;

    private FaultyPath(FakeTimeProvider time, ExecutionPayload stored, PathNode victim, PathNode other)
    {
        Time = time;
        _stored = stored;
        Victim = victim;
        Other = other;
    }

    public FakeTimeProvider Time { get; }

    public PathNode Victim { get; }

    public PathNode Other { get; }

    /// <summary>The longest real time from a fault to the baseline of both.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The longest virtual time from a stall to the same.</summary>
    public TimeSpan LongestStall { get; private set; }

    /// <summary>Faults that ended their path before its end.</summary>
    public int Broken { get; private set; }

    public static async Task<FaultyPath> StartAsync()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        ExecutionPayload[] chain = NetworkSyncTests.Chain(length: 1);
        NetworkSyncTests.ChainSource source = new(chain);
        FaultyPath path = new(time, chain[0], await PathNode.StartAsync(time, source), await PathNode.StartAsync(time, source));

        // The first connection sets up what stays.
        await path.WalkAsync(path.Victim, path.Other);
        await path.RestAsync();
        path._timers = time.ActiveTimers;
        return path;
    }

    /// <summary>
    /// Breaks the victim's end at being made, or at a read or write, waits until both nodes hold nothing of it, and makes an honest connection, which must carry
    /// blocks. False when the path was walked to its end before the fault.
    /// </summary>
    public async Task<bool> BreakAsync(int at, TransportFault fault, bool victimDials)
    {
        (PathNode dialler, PathNode listener) = victimDials ? (Victim, Other) : (Other, Victim);
        _fault = $"{fault} at {at}";
        Task reached = Victim.Transport.BreakNext(at, fault);
        Task walk = WalkAsync(dialler, listener);
        await Task.WhenAny(walk, reached).WaitAsync(DriverNode.Patience);
        long began = Stopwatch.GetTimestamp();
        DateTimeOffset stalled = Time.GetUtcNow();
        DateTimeOffset passUntil = fault == TransportFault.Stall && reached.IsCompleted ? stalled + MaxStall : stalled;
        await Until(() => Task.FromResult(walk.IsCompleted), () => "the path stands still", passUntil);
        Broken += await EndsWellAsync(walk) ? 0 : 1;
        await RestAsync(passUntil);
        TimeSpan stood = passUntil > stalled ? Time.GetUtcNow() - stalled : TimeSpan.Zero;
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        Longest = took > Longest ? took : Longest;
        LongestStall = stood > LongestStall ? stood : LongestStall;
        if (!reached.IsCompleted)
        {
            return false;
        }

        await MeetAsync(listener, dialler);
        await SendAsync(listener, dialler);
        await SendAsync(dialler, listener);
        await listener.Driver.DisconnectAsync(dialler.Id);
        await RestAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await Victim.DisposeAsync();
        await Other.DisposeAsync();
    }

    private async Task WalkAsync(PathNode dialler, PathNode listener)
    {
        await MeetAsync(dialler, listener);
        await dialler.Driver.PingAsync(listener.Id);
        await listener.Driver.PingAsync(dialler.Id);
        await SendAsync(dialler, listener);
        await SendAsync(listener, dialler);
        if (!await dialler.FetchAsync(listener, _stored.BlockNumber) || !await listener.FetchAsync(dialler, _stored.BlockNumber))
        {
            throw new ConnectionLostException();
        }

        await dialler.Driver.DisconnectAsync(listener.Id);
    }

    /// <summary>A connection with everything that happens on it by itself.</summary>
    private async Task MeetAsync(PathNode dialler, PathNode listener)
    {
        await dialler.Driver.DialAsync(listener.Address);
        await WhileConnected(dialler, listener, () => Task.FromResult(dialler.HasIdentified(listener) && listener.HasIdentified(dialler)));
        await WhileConnected(dialler, listener, async () => await dialler.KnowsTopicsOfAsync(listener) && await listener.KnowsTopicsOfAsync(dialler));
        await WhileConnected(dialler, listener, async () =>
        {
            bool isMeshed = await dialler.HasInMeshAsync(listener) && await listener.HasInMeshAsync(dialler);
            if (!isMeshed)
            {
                Time.Advance(Heartbeat);
            }

            return isMeshed;
        });
    }

    private async Task SendAsync(PathNode from, PathNode to)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        ulong height = ++_height;
        ulong now = (ulong)Time.GetUtcNow().ToUnixTimeSeconds();
        await from.Driver.PublishAsync(TestBlocks.SignedAt(now, PayloadVersion.V4, DriverNode.ChainId, key, height, size: 1_000));
        await WhileConnected(from, to, () => Task.FromResult(to.HasReceived(height)));
    }

    private async Task WhileConnected(PathNode dialler, PathNode listener, Func<Task<bool>> condition) => await Until(
        async () => await condition() || (dialler.IsConnectedTo(listener) ? false : throw new ConnectionLostException()),
        () => "a step of the path is not done");

    /// <summary>Both nodes hold nothing of the other.</summary>
    private async Task RestAsync(DateTimeOffset passUntil = default)
    {
        string held = "";
        await Until(
            async () =>
            {
                string[] both = await Task.WhenAll(Victim.HeldAsync(), Other.HeldAsync());
                held = $"victim: {both[0]}; other: {both[1]}; {Time.ActiveTimers} timers of {_timers}";
                return both.All(h => h.Length == 0) && Time.ActiveTimers <= _timers;
            },
            () => held,
            passUntil);
    }

    private async Task Until(Func<Task<bool>> condition, Func<string> whatElse, DateTimeOffset passUntil = default)
    {
        // Ten times the 2 s of the issue: a hang guard.
        for (long began = Stopwatch.GetTimestamp(); !await condition();)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20), $"after {_fault}: {whatElse()}");
            if (Time.GetUtcNow() < passUntil)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Delay(1);
        }
    }

    /// <summary>True when it came through; else the reason is one that a host is told of in words of ours.</summary>
    private static async Task<bool> EndsWellAsync(Task walk)
    {
        try
        {
            await walk;
            return true;
        }
        catch (Exception e) when (e is ConnectionLostException or Libp2pException)
        {
            return false;
        }
    }

    private sealed class ConnectionLostException : Exception;
}
