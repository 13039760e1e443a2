using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Connections;

/// <summary>Dials that lead nowhere, in virtual time.</summary>
public sealed class SwarmDialTests : SwarmTestBase
{
    [Fact]
    [Trait("Row", "32")]
    public async Task Two_hundred_dead_addresses_and_twenty_hanging_names_take_16_places_and_end_at_once_when_cancelled()
    {
        int lookUps = 0;
        Node a = Create("198.51.100.1", names: (_, _, _) =>
        {
            Interlocked.Increment(ref lookUps);
            return new TaskCompletionSource<IPAddress[]>().Task;
        });
        using CancellationTokenSource cancel = new();
        List<Task> dials = [];
        for (int i = 0; i < 200; i++)
        {
            dials.Add(a.Swarm.DialAsync(Dead(i), cancel.Token).AsTask());
        }

        for (int i = 0; i < 20; i++)
        {
            dials.Add(a.Swarm.DialAsync(Multiaddr.Parse($"/dns4/{i}.test/tcp/1/p2p/{TestPeers.NewId()}"), cancel.Token).AsTask());
        }

        await Until.TrueAsync(() => a.Swarm.Statistics is { DialsNow: 16, QueuedDialsNow: 204 } && Network.DialsNow + lookUps == 16);
        await cancel.CancelAsync();

        await Task.WhenAny(Task.WhenAll(dials)).WaitAsync(Guard);
        Assert.All(dials, d => Assert.True(d.IsCanceled));
        await Until.TrueAsync(() => a.Swarm.Statistics is { DialsNow: 0, QueuedDialsNow: 0 } && Network.DialsNow == 0);
        Assert.InRange(Network.MostDials + lookUps, 16, 32);
        Assert.InRange(Network.MostDials, 0, 16);
        Assert.Equal(0, a.Swarm.Statistics.BackoffsNow);
    }

    [Fact]
    [Trait("Row", "32")]
    public async Task Dials_of_several_dead_addresses_each_never_exceed_16_attempts_together()
    {
        Node a = Create("198.51.100.1");
        Task[] dials =
        [
            .. Enumerable.Range(0, 10).Select(i =>
                a.Swarm.DialAsync(TestPeers.NewId(), [.. Enumerable.Range(0, 10).Select(k => Dead((10 * i) + k).WithoutPeerId())]).AsTask()),
        ];
        await AdvanceUntil(() => Network.MostDials == 16, seconds: 0.25);
        await AdvanceUntil(() => dials.All(d => d.IsFaulted));

        Assert.Equal((16, 0), (Network.MostDials, Network.DialsNow));
        Assert.Equal(0, a.Swarm.Statistics.DialsNow);
    }

    [Fact]
    [Trait("Row", "32")]
    public async Task Twenty_hanging_names_are_over_at_their_deadline_and_no_more_than_16_are_looked_up()
    {
        int lookUps = 0;
        Node a = Create("198.51.100.1", names: async (_, _, ct) =>
        {
            Interlocked.Increment(ref lookUps);
            await Task.Delay(Timeout.Infinite, ct);
            return [];
        });
        Task[] dials = [.. Enumerable.Range(0, 20).Select(i => a.Swarm.DialAsync(Multiaddr.Parse($"/dns4/{i}.test/tcp/1/p2p/{TestPeers.NewId()}")).AsTask())];
        await Until.TrueAsync(() => lookUps == 16 && a.Swarm.Statistics.QueuedDialsNow == 4);
        await AdvanceUntil(() => dials.All(d => d.IsFaulted));

        Assert.All(dials, d => Assert.Equal(Libp2pError.Timeout, Assert.IsType<Libp2pException>(d.Exception!.InnerException).Error));
        Assert.Equal((20, 20), (lookUps, a.Swarm.Statistics.DialsFailed[Libp2pError.Timeout]));
    }

    [Fact]
    public async Task The_deadline_covers_the_wait_for_a_turn()
    {
        Node a = Create("198.51.100.1", Options(new ConnectionLimits { MaxDials = 1, MaxQueuedDials = 1 }) with { DialTimeout = TimeSpan.FromSeconds(20) });
        Task first = a.Swarm.DialAsync(Dead(1)).AsTask();
        await Until.TrueAsync(() => Network.DialsNow == 1);
        Task second = a.Swarm.DialAsync(TestPeers.NewId(), [Dead(2).WithoutPeerId()], new DialOptions { Deadline = TimeSpan.FromSeconds(5) }).AsTask();
        await Until.TrueAsync(() => a.Swarm.Statistics.QueuedDialsNow == 1);
        await FailsAsync(Libp2pError.LimitReached, () => a.Swarm.DialAsync(Dead(3)));

        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Libp2pError.Timeout, (await Assert.ThrowsAsync<Libp2pException>(() => second.WaitAsync(Guard))).Error);
        Assert.False(first.IsCompleted);
        Assert.Single(Network.Dialled);
        Assert.Equal(0, a.Swarm.Statistics.QueuedDialsNow);
    }

    [Fact]
    public async Task An_address_that_failed_is_left_alone_for_a_while_unless_the_host_insists()
    {
        Node a = Create("198.51.100.1");
        PeerId peer = TestPeers.NewId();
        Multiaddr closed = Multiaddr.Parse("/ip4/203.0.113.1/tcp/1");
        await FailsAsync(Libp2pError.DialFailed, () => a.Swarm.DialAsync(peer, [closed]));
        await FailsAsync(Libp2pError.DialBackoff, () => a.Swarm.DialAsync(peer, [closed]));
        await FailsAsync(Libp2pError.DialBackoff, () => a.Swarm.DialAsync(TestPeers.NewId(), [closed]));
        Assert.Single(Network.Dialled);
        Assert.Equal(1, a.Swarm.Statistics.BackoffsNow);

        await FailsAsync(Libp2pError.DialFailed, () => a.Swarm.DialAsync(peer, [closed], new DialOptions { IgnoreBackoff = true }));
        Assert.Equal(2, Network.Dialled.Count);
        Time.Advance(TimeSpan.FromSeconds(9.99));
        await FailsAsync(Libp2pError.DialBackoff, () => a.Swarm.DialAsync(peer, [closed]));
        Time.Advance(TimeSpan.FromSeconds(0.01));
        await FailsAsync(Libp2pError.DialFailed, () => a.Swarm.DialAsync(peer, [closed]));
        Assert.Equal(3, Network.Dialled.Count);
    }

    [Fact]
    public async Task A_name_that_failed_is_left_alone_too()
    {
        int lookUps = 0;
        Node a = Create("198.51.100.1", names: (_, _, _) =>
        {
            lookUps++;
            return Task.FromResult(Array.Empty<IPAddress>());
        });
        Multiaddr name = Multiaddr.Parse($"/dns4/absent.test/tcp/1/p2p/{TestPeers.NewId()}");
        await FailsAsync(Libp2pError.DialFailed, () => a.Swarm.DialAsync(name));
        await FailsAsync(Libp2pError.DialBackoff, () => a.Swarm.DialAsync(name));
        Assert.Equal(1, lookUps);
    }

    [Fact]
    [Trait("Row", "19")]
    public async Task Another_identity_than_the_dialled_one_costs_the_pretended_address_and_not_the_peer_that_lives_there()
    {
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1"), c = Create("203.0.113.2");
        Multiaddr lie = b.Bare.WithPeerId(c.Id);
        await FailsAsync(Libp2pError.PeerIdMismatch, () => a.Swarm.DialAsync(lie));
        await FailsAsync(Libp2pError.DialBackoff, () => a.Swarm.DialAsync(lie));
        Assert.Single(Network.Dialled);
        Assert.Empty(a.Swarm.ConnectedPeers);

        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        await a.Swarm.DialAsync(c.Id, [lie, c.Address]).AsTask().WaitAsync(Guard);
        Assert.Equal(2, a.Swarm.ConnectedPeers.Count);
    }

    [Fact]
    public async Task A_dead_address_holds_the_next_one_up_for_a_quarter_of_a_second()
    {
        Node a = Create("198.51.100.1"), b = Create("203.0.113.1");
        Task dial = a.Swarm.DialAsync(b.Id, [Dead(1).WithoutPeerId(), b.Address]).AsTask();
        await Until.TrueAsync(() => Network.DialsNow == 1 && a.Swarm.Statistics.DialsNow == 1);
        Time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Single(Network.Dialled);
        await AdvanceUntil(() => dial.IsCompleted, seconds: 0.001);

        await dial;
        Assert.Equal([b.Id], a.Swarm.ConnectedPeers);
        Assert.Equal((0, 0), (Network.DialsNow, a.Swarm.Statistics.BackoffsNow));
    }

    [Fact]
    public async Task A_peer_that_connects_while_its_dial_waits_is_not_dialled()
    {
        Node a = Create("198.51.100.1", Options(new ConnectionLimits { MaxDials = 1 })), b = Create("203.0.113.1");
        using CancellationTokenSource cancel = new();
        Task first = a.Swarm.DialAsync(Dead(1), cancel.Token).AsTask();
        await Until.TrueAsync(() => Network.DialsNow == 1);
        Task second = a.Swarm.DialAsync(b.Address).AsTask();
        await b.Swarm.DialAsync(a.Address).AsTask().WaitAsync(Guard);
        await Until.TrueAsync(() => a.Swarm.ConnectedPeers.Count == 1);
        await cancel.CancelAsync();

        await second.WaitAsync(Guard);
        await Task.WhenAny(first);
        Assert.Equal(2, Network.Dialled.Count);
        Assert.Equal(ConnectionDirection.Inbound, Assert.Single(a.Swarm.Connections).Direction);
    }

    [Fact]
    public async Task A_dial_given_up_in_its_last_moment_leaves_no_connection()
    {
        TestGate gate = new();
        Node a = Create("198.51.100.1", gate: gate), b = Create("203.0.113.1");
        using CancellationTokenSource cancel = new();
        TaskCompletionSource<Task> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Overrides["secured"] = () =>
        {
            cancel.Cancel();
            Task.WhenAny(begun.Task.Result).Wait(Guard);
            return GateVerdict.Allow;
        };
        Task dial = a.Swarm.DialAsync(b.Address, cancel.Token).AsTask();
        begun.SetResult(dial);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial.WaitAsync(Guard));
        await AdvanceUntil(() => a.Swarm.Statistics is { DialsNow: 0, OutboundNow: 0 } && Network.Open.IsEmpty);
        Assert.Empty(a.Log.Opened);
        Assert.Equal(RefusalReason.Abandoned, Assert.Single(a.Log.Refused).Reason);
    }

    [Fact]
    public async Task At_the_limit_of_our_own_connections_nothing_is_dialled()
    {
        ConnectionLimits limits = new() { MaxOutbound = 1, OutboundReserve = 1 };
        Node a = Create("198.51.100.1", Options(limits)), b = Create("203.0.113.1"), c = Create("203.0.113.2");
        await a.Swarm.DialAsync(b.Address).AsTask().WaitAsync(Guard);
        await FailsAsync(Libp2pError.LimitReached, () => a.Swarm.DialAsync(c.Address));

        Assert.Single(Network.Dialled);
        Assert.False(a.Swarm.WantsOutbound);
    }

    [Fact]
    public async Task Nobody_is_dialled_at_an_address_that_holds_8_connections()
    {
        Node a = Create("198.51.100.1");
        Node[] peers = [.. Enumerable.Range(0, 9).Select(i => Create("203.0.113.1", port: 1000 + i))];
        foreach (Node peer in peers[..8])
        {
            await a.Swarm.DialAsync(peer.Address).AsTask().WaitAsync(Guard);
        }

        await FailsAsync(Libp2pError.LimitReached, () => a.Swarm.DialAsync(peers[8].Address));
        Assert.Equal((8, 0), (Network.Dialled.Count, a.Swarm.Statistics.BackoffsNow));
    }

    private static SwarmOptions Options(ConnectionLimits limits) => new() { Limits = limits };

    private Multiaddr Dead(int number)
    {
        IPEndPoint endPoint = new(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 9222);
        Network.Dead[endPoint] = true;
        return Multiaddr.FromTcpEndPoint(endPoint).WithPeerId(TestPeers.NewId());
    }
}
