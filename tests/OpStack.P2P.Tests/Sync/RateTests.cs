using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Sync;

public sealed class RateTests
{
    private static readonly PeerId Peer = TestPeers.Cheap(1);

    [Fact]
    public void A_pacer_gives_its_burst_and_then_one_per_interval()
    {
        RequestPacer pacer = new(3, TimeSpan.FromMilliseconds(250));
        List<double> turns = [];
        for (int i = 0; i < 6; i++)
        {
            turns.Add(pacer.DelayAt(TimeSpan.Zero).TotalMilliseconds);
            pacer.Take(TimeSpan.Zero);
        }

        Assert.Equal([0, 0, 0, 250, 500, 750], turns);
        Assert.Equal(750, pacer.DelayAt(TimeSpan.FromMilliseconds(250)).TotalMilliseconds);
        Assert.Equal(1_500, pacer.OwedAt(TimeSpan.Zero).TotalMilliseconds);
        Assert.Equal(TimeSpan.Zero, pacer.OwedAt(TimeSpan.FromMilliseconds(1_500)));
        Assert.Equal(TimeSpan.Zero, pacer.DelayAt(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void An_error_costs_3_75_s_of_a_full_pacer()
    {
        RequestPacer pacer = new(SyncLimits.PeerBurst, SyncLimits.PeerInterval);
        pacer.Take(TimeSpan.Zero, 1 + SyncLimits.ErrorCost);

        Assert.Equal(TimeSpan.FromMilliseconds(500), pacer.DelayAt(TimeSpan.Zero));
        pacer.Take(TimeSpan.Zero, SyncLimits.ErrorCost);
        Assert.Equal(TimeSpan.FromMilliseconds(4_250), pacer.DelayAt(TimeSpan.Zero));
    }

    [Trait("Attack", "sync-flood")]
    [Fact]
    public void A_peer_that_floods_gets_15_turns_at_once_80_more_to_wait_for_and_is_refused_then()
    {
        ServerRates rates = new();
        int atOnce = 0, waiting = 0, refused = 0;
        for (int i = 0; i < 1_000; i++)
        {
            bool taken = rates.TryTakePeer(Peer, TimeSpan.Zero, out TimeSpan delay);
            atOnce += taken && delay == TimeSpan.Zero ? 1 : 0;
            waiting += taken && delay > TimeSpan.Zero ? 1 : 0;
            refused += taken ? 0 : 1;
        }

        Assert.Equal((15, 80, 905), (atOnce, waiting, refused));

        // Another peer does not notice.
        Assert.True(rates.TryTakePeer(TestPeers.Cheap(2), TimeSpan.Zero, out TimeSpan other));
        Assert.Equal(TimeSpan.Zero, other);
        Assert.True(rates.TryTakeGlobal(TimeSpan.Zero, out TimeSpan global));
        Assert.Equal(TimeSpan.Zero, global);
    }

    [Fact]
    public void All_peers_together_get_40_at_once_and_20_per_second()
    {
        ServerRates rates = new();
        int granted = Enumerable.Range(0, 1_000).Count(i => rates.TryTakeGlobal(TimeSpan.Zero, out TimeSpan _));

        // 20 s of waiting at 20 per second on top of the burst.
        Assert.Equal(40 + 400, granted);
    }

    [Trait("Attack", "sync-flood")]
    [Fact]
    public void The_rates_of_at_most_1000_peers_are_remembered_and_the_one_in_debt_is_not_forgotten()
    {
        ServerRates rates = new();
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < 95; i++)
        {
            rates.TryTakePeer(Peer, now, out _);
        }

        for (int i = 2; i < 5_000; i++)
        {
            Assert.True(rates.TryTakePeer(TestPeers.Cheap(i), now, out _));
            Assert.InRange(rates.Peers, 1, SyncLimits.MaxPeerRates);
        }

        Assert.False(rates.TryTakePeer(Peer, now, out _));
    }
}
