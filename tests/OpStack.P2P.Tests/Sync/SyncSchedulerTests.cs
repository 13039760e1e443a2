using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;

namespace OpStack.P2P.Tests.Sync;

/// <summary>The client's core step by step: whom it asks for what and when, and what it hands on.</summary>
public sealed class SyncSchedulerTests
{
    private static readonly SyncChain Chain = new(0, 400);
    private static readonly SyncChain OtherChain = new(0, 400, salt: 1);

    [Fact]
    public void Heights_are_asked_for_from_the_highest_down_one_at_a_time_per_peer()
    {
        SchedulerRig rig = new(peers: 3);
        rig.Begin(Chain.Between(10, 20));

        SyncAction.Ask[] asks = rig.Asks();

        Assert.Equal([19UL, 18, 17], asks.Select(ask => ask.Number));
        Assert.Equal(3, asks.Select(ask => ask.Peer).Distinct().Count());
        rig.Now = 1;
        Assert.Empty(rig.Asks());
        Assert.Equal(3, rig.Statistics.InFlight);
        Assert.Equal(17UL, rig.Statistics.LastRequested);
    }

    [Fact]
    public void Blocks_are_handed_on_as_soon_as_they_link_whatever_order_they_come_in()
    {
        SchedulerRig rig = new(peers: 3);
        rig.Begin(Chain.Between(10, 20));
        SyncAction.Ask[] asks = rig.Asks();

        rig.Answer(asks[2], Chain[17]);
        rig.Answer(asks[1], Chain[18]);
        Assert.Empty(rig.Delivered());
        Assert.Equal(2, rig.Statistics.Quarantined);

        rig.Answer(asks[0], Chain[19]);
        Assert.Equal([19UL, 18, 17], rig.Delivered());
        Assert.Equal(3, rig.Scores().Count(score => score.Verdict == SyncVerdict.Valid));
    }

    [Fact]
    public void At_most_16_requests_are_under_way()
    {
        SchedulerRig rig = new(peers: 40);
        rig.Begin(Chain.Between(0, 300));

        Assert.Equal(16, rig.AsksUntil(1).Count);
    }

    [Fact]
    public void One_peer_is_asked_15_times_at_once_and_then_every_250_ms()
    {
        SchedulerRig rig = new(peers: 1);
        rig.Begin(Chain.Between(0, 300));
        List<double> times = [];
        while (times.Count < 18)
        {
            if (rig.Asks() is [{ } ask])
            {
                times.Add(rig.Now);
                rig.Answer(ask, Chain[ask.Number]);
            }
            else
            {
                rig.Now = rig.Scheduler.NextDeadline(rig.Time)!.Value.TotalSeconds;
            }
        }

        Assert.Equal([.. Enumerable.Repeat(0.0, 15), 0.25, 0.5, 0.75], times);
    }

    [Fact]
    public void All_peers_together_are_asked_40_times_at_once_and_then_every_50_ms()
    {
        SchedulerRig rig = new(peers: 16);
        rig.Begin(Chain.Between(0, 300));
        List<double> times = [];
        while (times.Count < 60)
        {
            SyncAction.Ask[] asks = rig.Asks();
            foreach (SyncAction.Ask ask in asks)
            {
                times.Add(rig.Now);
                rig.Answer(ask, Chain[ask.Number]);
                rig.Scheduler.OnTaken(rig.Time);
            }

            rig.Now = asks.Length > 0 ? rig.Now : rig.Scheduler.NextDeadline(rig.Time)!.Value.TotalSeconds;
        }

        Assert.Equal(40, times.Count(time => time == 0));
        Assert.Equal(0.05, times[40], 6);
        Assert.Equal(1, times[59], 6);
    }

    [Fact]
    public void An_error_pauses_the_peer_and_another_is_asked_at_once()
    {
        SchedulerRig rig = new(peers: 2);
        rig.Begin(Chain.Between(0, 300));
        SyncAction.Ask[] asks = rig.Asks();
        rig.Fail(asks[0], SyncFault.WrongHash);
        rig.Answer(asks[1], Chain[298]);

        SyncAction.Ask next = Assert.Single(rig.Asks());

        Assert.Equal((asks[1].Peer, 299UL), (next.Peer, next.Number));
        Assert.Equal([new SyncAction.Score(asks[0].Peer, SyncVerdict.Error)], rig.Scores());

        // 14 tokens were left of 15 and 15 are gone: two intervals until the next.
        Assert.Equal(TimeSpan.FromMilliseconds(500), rig.Scheduler.NextDeadline(rig.Time));
    }

    [Fact]
    public void A_peer_that_failed_is_asked_for_the_same_block_again_only_when_it_is_the_last_left()
    {
        SchedulerRig rig = new(peers: 1);
        rig.Begin(Chain.Between(298, 300));
        rig.Fail(rig.Asks()[0], SyncFault.UnknownError);
        Assert.Empty(rig.Asks());

        rig.Now = 1;
        Assert.Equal([299UL], rig.Asks().Select(ask => ask.Number));
    }

    [Theory]
    [InlineData(SyncFault.NotFound)]
    [InlineData(SyncFault.Unsupported)]
    [InlineData(SyncFault.Local)]
    public void What_is_not_the_peers_fault_costs_nothing(object fault)
    {
        SchedulerRig rig = new(peers: 2);
        rig.Begin(Chain.Between(0, 300));
        SyncAction.Ask ask = rig.Asks()[0];
        rig.Fail(ask, (SyncFault)fault);

        Assert.Empty(rig.Scores());
        Assert.Equal((SyncFault)fault == SyncFault.Unsupported ? 1 : 2, rig.Statistics.Peers);

        // It may say that it serves after all.
        rig.Scheduler.AddPeer(ask.Peer);
        Assert.Equal(2, rig.Statistics.Peers);
    }

    [Fact]
    public void Every_other_fault_costs_its_peer_one_error()
    {
        foreach (SyncFault fault in Enum.GetValues<SyncFault>().Except([SyncFault.None, SyncFault.NotFound, SyncFault.Unsupported, SyncFault.Local]))
        {
            SchedulerRig rig = new(peers: 1);
            rig.Begin(Chain.Between(0, 300));
            rig.Fail(rig.Asks()[0], fault);

            Assert.Equal([new SyncAction.Score(SchedulerRig.Peer(0), SyncVerdict.Error)], rig.Scores());
        }
    }

    [Fact]
    public void A_range_of_one_peer_comes_in_op_nodes_order()
    {
        // op-node's TestSinglePeerSync: 10 to 20 gives 19 to 11.
        VirtualSync sync = new();
        sync.Add(VirtualSync.Honest(Chain, TimeSpan.Zero));

        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, 9, null), sync.Run(Chain.Between(10, 20)));
        Assert.Equal(
            Enumerable.Range(11, 9).Reverse().Select(number => Chain[(ulong)number].Payload),
            sync.Delivered.Select(block => block.Envelope.Payload));
    }

    [Fact]
    public void A_block_that_no_peer_has_ends_the_range_there_and_later_it_can_be_asked_for_again()
    {
        // op-node's TestMultiPeerSync: block 25 is missing, 29 to 26 arrive, and after its return 25 to 21.
        VirtualSync sync = new();
        bool isMissing = true;
        VirtualServer honest = VirtualSync.Honest(Chain, TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 3; i++)
        {
            sync.Add((number, now) =>
                number == 25 && isMissing ? (TimeSpan.FromSeconds(1), new SyncAnswer(SyncFault.NotFound, null)) : honest(number, now));
        }

        Assert.Equal(new SyncRangeResult(SyncOutcome.NotFound, 4, 25), sync.Run(Chain.Between(20, 30)));
        Assert.Equal([29UL, 28, 27, 26], sync.Delivered.Select(block => block.Envelope.Payload.BlockNumber));

        isMissing = false;
        sync.Delivered.Clear();
        Assert.Equal(SyncOutcome.Complete, sync.Run(Chain.Between(20, 26)).Outcome);
        Assert.Equal([25UL, 24, 23, 22, 21], sync.Delivered.Select(block => block.Envelope.Payload.BlockNumber));
        Assert.DoesNotContain(sync.Verdicts, verdict => verdict.Verdict != SyncVerdict.Valid);
    }

    [Fact]
    public void Answers_of_a_range_before_change_nothing_of_the_next()
    {
        SchedulerRig rig = new(peers: 1);
        rig.Begin(OtherChain.Between(290, 300));
        SyncAction.Ask old = rig.Asks()[0];
        rig.Scheduler.Cancel();
        rig.Begin(Chain.Between(290, 300));
        Assert.Empty(rig.Asks()); // The peer is still busy.
        rig.Answer(old, OtherChain[299]);

        Assert.Equal(299UL, Assert.Single(rig.Asks()).Number);
        Assert.Equal(0, rig.Statistics.Quarantined);
    }

    [Fact]
    public void Only_peers_that_the_host_lets_through_are_asked()
    {
        PeerId let = SchedulerRig.Peer(1);
        SchedulerRig rig = new(peers: 4, let.Equals);
        rig.Begin(Chain.Between(0, 300));

        Assert.Equal(let, Assert.Single(rig.Asks()).Peer);
        Assert.Equal(1, rig.Statistics.Peers);
    }

    [Fact]
    public void A_range_may_reach_down_to_height_zero_and_up_to_the_last_number_there_is()
    {
        VirtualSync sync = new();
        sync.Add(VirtualSync.Honest(Chain, TimeSpan.Zero));
        Assert.Equal(SyncOutcome.Complete, sync.Run(new SyncRange(0, 3, Chain[3].Payload.BlockHash)).Outcome);
        Assert.Equal(4, sync.Delivered.Count);

        Assert.Equal(
            new SyncRangeResult(SyncOutcome.NotFound, 0, ulong.MaxValue),
            sync.Run(new SyncRange(1, ulong.MaxValue, Chain[3].Payload.BlockHash)));
    }
}
