using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Sync;

/// <summary>What peers can do to the client's core, and what it costs them.</summary>
public sealed class SyncSchedulerAttackTests
{
    private static readonly SyncChain Chain = new(0, 400);
    private static readonly SyncChain OtherChain = new(0, 400, salt: 1);

    [Trait("Attack", "sync-quarantine")]
    [Fact]
    public void No_more_than_99_blocks_are_fetched_ahead_of_one_that_does_not_come()
    {
        SchedulerRig rig = new(peers: 2);
        rig.Begin(Chain.Between(0, 300));
        ulong lowest = ulong.MaxValue;
        for (; rig.Now < 50; rig.Now += 0.05)
        {
            foreach (SyncAction.Ask ask in rig.Asks())
            {
                lowest = Math.Min(lowest, ask.Number);
                if (ask.Number == 299)
                {
                    rig.Fail(ask, SyncFault.Local);
                }
                else
                {
                    rig.Answer(ask, Chain[ask.Number]);
                }
            }
        }

        Assert.Equal(99, rig.Statistics.Quarantined);
        Assert.Equal(200UL, lowest);
    }

    [Trait("Attack", "sync-quarantine")]
    [Fact]
    public void With_64_MiB_in_quarantine_only_the_block_that_links_next_is_asked_for()
    {
        // One block stands for all: which it is shows only when its turn to link comes.
        OpNetworkPayloadEnvelope large = SyncChain.Build(Chain.Config, 1, default, size: 9 << 20);
        SchedulerRig rig = new(peers: 12);
        rig.Begin(Chain.Between(0, 300));
        SyncAction.Ask[] asks = rig.Asks();
        foreach (SyncAction.Ask ask in asks[1..])
        {
            rig.Answer(ask, large);
        }

        Assert.Empty(rig.Asks());
        Assert.Equal(11, rig.Statistics.Quarantined);
        Assert.InRange(rig.Statistics.QuarantinedBytes, SyncLimits.MaxQuarantineBytes, 11 * (10L << 20));
        rig.Now = 2;
        Assert.Equal([299UL], rig.Asks().Select(ask => ask.Number));
    }

    [Trait("Attack", "sync-own-fault")]
    [Fact]
    public void A_host_that_takes_nothing_is_handed_100_blocks_and_that_is_no_stall()
    {
        SchedulerRig rig = new(peers: 4);
        rig.Begin(Chain.Between(0, 301));
        List<ulong> delivered = [];
        for (; rig.Now < 200; rig.Now += 0.05)
        {
            foreach (SyncAction.Ask ask in rig.Asks())
            {
                rig.Answer(ask, Chain[ask.Number]);
            }

            delivered.AddRange(rig.Delivered());
        }

        Assert.Equal(100, delivered.Count);
        Assert.Equal(100, rig.Statistics.Quarantined);
        Assert.Null(rig.End());
        Assert.Null(rig.Scheduler.NextDeadline(rig.Time));
        rig.Scheduler.OnTaken(rig.Time);
        Assert.Equal([200UL], rig.Asks().Select(ask => ask.Number));
    }

    [Trait("Attack", "sync-quarantine")]
    [Fact]
    public void Of_large_blocks_a_host_that_takes_nothing_is_handed_64_MiB_and_one_block()
    {
        // One block stands for all: its own parent, it links everywhere, for the core trusts that a block has the height and hash it says.
        OpNetworkPayloadEnvelope large = TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4) with
        {
            Transactions = TransactionList.Create([new byte[9 << 20]]),
            BlockHash = default,
            ParentHash = default,
        });
        SchedulerRig rig = new(peers: 1);
        rig.Begin(new SyncRange(1, 11, default));
        for (; rig.Now < 100; rig.Now += 0.5)
        {
            foreach (SyncAction.Ask ask in rig.Asks())
            {
                rig.Answer(ask, large);
            }
        }

        Assert.Equal(8, rig.Statistics.Quarantined);
        Assert.InRange(rig.Statistics.QuarantinedBytes, SyncLimits.MaxQuarantineBytes, SyncLimits.MaxQuarantineBytes + SyncLimits.MaxPayloadSize);
        Assert.Null(rig.End());
        Assert.Null(rig.Scheduler.NextDeadline(rig.Time));
        rig.Scheduler.OnTaken(rig.Time);
        Assert.Equal([3UL], rig.Asks().Select(ask => ask.Number));
    }

    [Trait("Attack", "sync-stall")]
    [Fact]
    public void Who_failed_and_comes_back_is_not_new_to_us()
    {
        SchedulerRig rig = new(peers: 2);
        rig.Begin(Chain.Between(0, 300));
        SyncAction.Ask[] asks = rig.Asks();
        PeerId silent = asks[0].Peer, honest = asks[1].Peer;
        rig.Answer(asks[1], Chain[asks[1].Number]);
        rig.Fail(asks[0], SyncFault.Timeout);
        rig.Scheduler.RemovePeer(silent);
        rig.Scheduler.AddPeer(silent);

        // It pays for its failure first, 0.5 s, and then stands behind the other.
        Assert.Equal([honest], rig.Asks().Select(ask => ask.Peer));
        rig.Scheduler.RemovePeer(honest);
        rig.Scheduler.AddPeer(honest);
        rig.Now = 0.5;
        Assert.Equal([honest, silent], rig.Asks().Select(ask => ask.Peer));
    }

    [Trait("Attack", "sync-stall")]
    [Fact]
    public void Of_those_that_are_gone_no_more_are_kept_than_there_may_be_peers_and_the_worst_longest()
    {
        SchedulerRig rig = new(peers: SyncLimits.MaxPeers);
        rig.Begin(Chain.Between(0, 300));
        PeerId worst = rig.Asks()[0].Peer;
        rig.Scheduler.AddPeer(SchedulerRig.Peer(2_000));
        Assert.Equal(SyncLimits.MaxPeers, rig.Statistics.Peers);
        rig.Scheduler.OnAnswer(1, new SyncAnswer(SyncFault.Timeout, null), rig.Time);
        for (int i = 0; i < SyncLimits.MaxPeers; i++)
        {
            rig.Scheduler.RemovePeer(SchedulerRig.Peer(i));
        }

        for (int i = 0; i < SyncLimits.MaxPeers - 1; i++)
        {
            rig.Scheduler.AddPeer(SchedulerRig.Peer(3_000 + i));
        }

        Assert.Equal(SyncLimits.MaxPeers - 1, rig.Statistics.Peers);
        rig.Scheduler.AddPeer(worst);
        Assert.Equal(SyncLimits.MaxPeers, rig.Statistics.Peers);
        for (int i = 0; i < SyncLimits.MaxPeers - 1; i++)
        {
            rig.Scheduler.RemovePeer(SchedulerRig.Peer(3_000 + i));
        }

        // One that was forgotten would be asked at once, and not in half a second.
        Assert.Equal(1, rig.Statistics.Peers);
        Assert.Empty(rig.Asks());
        Assert.Equal(0.5, rig.Scheduler.NextDeadline(rig.Time)!.Value.TotalSeconds);
    }

    [Trait("Attack", "sync-liar")]
    [Fact]
    public void A_liar_is_rejected_only_when_the_block_that_links_has_come()
    {
        SchedulerRig rig = new(peers: 2);
        rig.Begin(Chain.Between(200, 300));
        SyncAction.Ask[] asks = rig.Asks();
        rig.Answer(asks[0], OtherChain[299]);
        rig.Answer(asks[1], Chain[298]);
        Assert.Empty(rig.Scores());
        SyncAction.Ask again = Assert.Single(rig.Asks());
        Assert.Equal((asks[1].Peer, 299UL), (again.Peer, again.Number));

        rig.Answer(again, Chain[299]);

        Assert.Equal([299UL, 298], rig.Delivered());
        Assert.Single(rig.Scores(), new SyncAction.Score(asks[0].Peer, SyncVerdict.Rejected));
        Assert.Equal(1, rig.Statistics.Rejected);

        // It is left alone for a minute.
        Assert.DoesNotContain(rig.AsksUntil(59.9), ask => ask.Peer.Equals(asks[0].Peer));
    }

    [Trait("Attack", "sync-liar")]
    [Fact]
    public void All_other_blocks_of_a_liar_are_asked_of_others_and_cost_it_nothing_more()
    {
        SchedulerRig rig = new(peers: 2);
        rig.Begin(Chain.Between(200, 300));
        SyncAction.Ask[] asks = rig.Asks();
        PeerId liar = asks[1].Peer;

        // It sends nine blocks of the other chain before the frontier comes to its first.
        SyncAction.Ask lie = asks[1];
        for (int i = 0; i < 9; i++)
        {
            rig.Answer(lie, OtherChain[lie.Number]);
            lie = Assert.Single(rig.Asks());
            Assert.Equal(liar, lie.Peer);
        }

        Assert.Equal(9, rig.Statistics.Quarantined);
        rig.Answer(asks[0], Chain[299]);
        Assert.Equal([299UL], rig.Delivered());

        // Of its window only the block that the host has not taken is left.
        Assert.Equal(1, rig.Statistics.Quarantined);
        SyncAction.Ask next = Assert.Single(rig.Asks());
        Assert.Equal((asks[0].Peer, 298UL), (next.Peer, next.Number));
        rig.Answer(next, Chain[298]);
        Assert.Equal(1, rig.Scores().Count(score => score == new SyncAction.Score(liar, SyncVerdict.Rejected)));
    }

    [Trait("Attack", "sync-own-fault")]
    [Fact]
    public void A_range_whose_end_is_not_of_the_peers_chain_ends_and_costs_nobody_score()
    {
        VirtualSync sync = new();
        for (int i = 0; i < 4; i++)
        {
            sync.Add(VirtualSync.Honest(Chain, TimeSpan.FromMilliseconds(100)));
        }

        SyncRangeResult result = sync.Run(OtherChain.Between(10, 300));

        Assert.Equal(new SyncRangeResult(SyncOutcome.Unlinked, 0, 299), result);
        Assert.Empty(sync.Verdicts);
        Assert.Empty(sync.Delivered);
    }

    [Trait("Attack", "sync-stall")]
    [Fact]
    public void The_block_that_holds_up_all_others_is_asked_of_two_more_peers_after_2_s_each()
    {
        SchedulerRig rig = new(peers: 4);
        rig.Begin(Chain.Between(299, 301));
        Assert.Single(rig.Asks());
        rig.Now = 1.999;
        Assert.Empty(rig.Asks());
        Assert.Equal(TimeSpan.FromSeconds(2), rig.Scheduler.NextDeadline(rig.Time));
        rig.Now = 2;
        Assert.Single(rig.Asks());
        rig.Now = 4;
        Assert.Single(rig.Asks());
        rig.Now = 30;
        Assert.Empty(rig.Asks());
        Assert.Equal(3, rig.Statistics.InFlight);
    }

    [Trait("Attack", "sync-stall")]
    [Fact]
    public void A_range_without_peers_ends_after_60_s()
    {
        SchedulerRig rig = new(peers: 0) { Now = 1 };
        rig.Begin(Chain.Between(290, 300));
        Assert.Null(rig.End());
        Assert.Equal(TimeSpan.FromSeconds(61), rig.Scheduler.NextDeadline(rig.Time));

        rig.Now = 61;
        Assert.Equal(new SyncRangeResult(SyncOutcome.Stalled, 0, 299), rig.End());
        Assert.Null(rig.Scheduler.NextDeadline(rig.Time));
    }

    [Trait("Attack", "sync-vanish")]
    [Fact]
    public void What_a_peer_was_asked_for_is_free_when_it_goes_and_its_failure_still_counts()
    {
        SchedulerRig rig = new(peers: 1);
        rig.Begin(Chain.Between(290, 300));
        SyncAction.Ask lost = rig.Asks()[0];
        rig.Scheduler.RemovePeer(lost.Peer);
        rig.Scheduler.AddPeer(SchedulerRig.Peer(1));

        SyncAction.Ask next = Assert.Single(rig.Asks());
        Assert.Equal((SchedulerRig.Peer(1), 299UL), (next.Peer, next.Number));
        rig.Fail(lost, SyncFault.Vanished);
        Assert.Equal([new SyncAction.Score(lost.Peer, SyncVerdict.Error)], rig.Scores());
    }

    [Trait("Attack", "sync-absent")]
    [Fact]
    public void Three_peers_that_say_not_found_to_everything_slow_a_range_down_but_do_not_end_it()
    {
        VirtualSync sync = new();
        for (int i = 0; i < 3; i++)
        {
            sync.Add((_, _) => (TimeSpan.FromMilliseconds(10), new SyncAnswer(SyncFault.NotFound, null)));
        }

        sync.Add(VirtualSync.Honest(Chain, TimeSpan.FromMilliseconds(100)));

        Assert.Equal(SyncOutcome.Complete, sync.Run(Chain.Between(50, 251)).Outcome);

        // As fast as the honest one alone: (200 - 15) / 4.
        Assert.InRange(sync.Now.TotalSeconds, 46, 50);
    }

    [Fact]
    public void Random_peers_never_break_the_limits_and_nothing_unlinked_comes_out()
    {
        int complete = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            VirtualSync sync = new();
            VirtualServer good = VirtualSync.Honest(Chain, TimeSpan.FromMilliseconds(random.Next(1, 500)));
            VirtualServer lie = VirtualSync.Honest(OtherChain, TimeSpan.FromMilliseconds(random.Next(1, 500)));
            for (int i = 0; i < 4; i++)
            {
                sync.Add((number, now) => random.Next(6) switch
                {
                    0 => lie(number, now),
                    1 => (TimeSpan.FromMilliseconds(random.Next(1, 15_000)), new SyncAnswer((SyncFault)random.Next(1, 17), null)),
                    _ => good(number, now),
                });
            }

            sync.Add(VirtualSync.Honest(Chain, TimeSpan.FromMilliseconds(50)));
            SyncRangeResult result = sync.Run(Chain.Between(150, 250));

            complete += result.Outcome == SyncOutcome.Complete ? 1 : 0;
            Assert.InRange(sync.MostQuarantined, 0, 100);
            Assert.Equal(result.Delivered, (ulong)sync.Delivered.Count);
            Assert.Equal(
                Enumerable.Range(0, sync.Delivered.Count).Select(i => Chain[249 - (ulong)i].Payload.BlockHash),
                sync.Delivered.Select(block => block.Envelope.Payload.BlockHash));
        }

        // One peer is always honest.
        Assert.Equal(50, complete);
    }
}
