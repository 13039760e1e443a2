using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>What is kept of peers that are gone.</summary>
public class RetentionTests
{
    private static readonly PeerScoreParams Params = Off with
    {
        BehaviourPenaltyWeight = -1,
        BehaviourPenaltyThreshold = 0,
        BehaviourPenaltyDecay = 0.5,
        RetainScore = TimeSpan.FromSeconds(100),
        Topics = new Dictionary<string, TopicScoreParams>
        {
            [Topic] = new()
            {
                TimeInMeshWeight = 1,
                FirstMessageDeliveriesWeight = 1,
                FirstMessageDeliveriesDecay = NoDecay,
                MeshMessageDeliveriesThreshold = 10,
                MeshMessageDeliveriesDecay = NoDecay,
                MeshFailurePenaltyWeight = -1,
                MeshFailurePenaltyDecay = NoDecay,
                InvalidMessageDeliveriesWeight = -1,
                InvalidMessageDeliveriesDecay = NoDecay,
            },
        },
    };

    [Fact]
    public void A_bad_score_neither_decays_nor_is_lost_by_leaving()
    {
        ScoreHarness score = new(Params, 1);
        score.Score.AddPenalty(Peer(1), 8);
        score.Disconnect(1);
        score.Advance(99.5);
        Assert.Equal(-64, score[1]);
        Assert.Equal(TimeSpan.FromSeconds(0.5), score.Explain(1).ForgottenIn);
        score.Connect(1);
        Assert.Equal(-64, score[1]);
        Assert.Null(score.Explain(1).ForgottenIn);
        score.Advance(1);
        Assert.Equal(-16, score[1]); // connected again it decays
    }

    [Fact]
    public void It_is_forgotten_at_the_first_tick_after_its_time()
    {
        ScoreHarness score = new(Params, 1);
        score.Score.AddPenalty(Peer(1), 8);
        score.Disconnect(1);
        score.Advance(100);
        Assert.Equal(-64, score[1]);
        Assert.Equal(TimeSpan.Zero, score.Explain(1).ForgottenIn);
        score.Advance(1);
        Assert.Equal(0, score[1]);
        Assert.Equal(0, score.Score.RetainedCount);
    }

    [Fact]
    public void Leaving_again_starts_the_time_anew_and_telling_it_twice_does_not()
    {
        ScoreHarness score = new(Params, 1);
        score.Score.AddPenalty(Peer(1), 8);
        score.Disconnect(1);
        score.Advance(60);
        score.Disconnect(1);
        Assert.Equal(TimeSpan.FromSeconds(40), score.Explain(1).ForgottenIn);
        score.Connect(1);
        score.Disconnect(1);
        Assert.Equal(TimeSpan.FromSeconds(100), score.Explain(1).ForgottenIn);
    }

    [Fact]
    public void A_positive_score_is_forgotten_with_all_that_is_behind_it()
    {
        ScoreHarness score = new(Params, 1);
        score.DeliverMany(1, 10);
        score.Score.AddPenalty(Peer(1), 3);
        Assert.Equal(1, score[1]);
        score.Disconnect(1);
        Assert.Empty(score.Score.Snapshot(score.Now));
        score.Connect(1);
        Assert.Equal(0, score[1]);
    }

    [Fact]
    public void A_score_of_0_is_kept()
    {
        ScoreHarness score = new(Params, 1);
        score.Disconnect(1);
        Assert.Equal(1, score.Score.RetainedCount);
    }

    [Fact]
    public void What_a_peer_earned_is_gone_and_what_it_owes_is_added_when_it_leaves()
    {
        ScoreHarness score = new(Params, 1);
        score.Graft(1);
        score.DeliverMany(1, 6);
        score.Score.AddPenalty(Peer(1), 1000);
        score.Advance(6);
        Assert.Equal(6 + 6 - (15.625 * 15.625), score[1], 1e-6); // P1 + P2 - (1000 / 2^6)^2
        score.Disconnect(1);
        Assert.Equal(-16 - (15.625 * 15.625), score[1], 1e-6); // P3b: (10 - 6)^2
        Assert.False(score.Explain(1).Topics.Single().IsInMesh);
    }

    [Fact]
    public void Retained_scores_are_bounded_and_the_best_goes_first_of_equals_the_oldest()
    {
        ScoreHarness score = new(Params with { RetainScore = TimeSpan.FromHours(1) });
        Leave(score, 0, 9);
        Leave(score, 1, 5);
        for (int peer = 2; peer < ScoringLimits.MaxRetainedScores + 100; peer++)
        {
            Leave(score, peer, 0);
        }

        Assert.Equal(ScoringLimits.MaxRetainedScores, score.Score.RetainedCount);
        Assert.Equal((-81, -25), (score[0], score[1]));
        Assert.False(IsKnown(score, 2));
        Assert.False(IsKnown(score, 101));
        Assert.True(IsKnown(score, 102));
        for (int peer = 10_000; peer < 10_000 + ScoringLimits.MaxRetainedScores; peer++)
        {
            Leave(score, peer, 6);
        }

        // 4,096 identities that are all worse have pushed out the -25; the -81 stays.
        Assert.Equal((-81, 0), (score[0], score[1]));
    }

    [Fact]
    public void Fresh_identities_of_a_crowded_address_give_way_before_peers_that_did_harm()
    {
        ScoreHarness score = new(Params with { IPColocationFactorWeight = -35, RetainScore = TimeSpan.FromHours(1) });
        Leave(score, 0, 3);
        for (int peer = 1; peer < ScoringLimits.MaxRetainedScores + 100; peer++)
        {
            score.Connect(peer, "7.7.7.7");
            score.Disconnect(peer);
        }

        Assert.Equal(-9, score[0]);
        Assert.Equal(1, score.Score.AddressCount);
    }

    [Fact]
    public void Exported_and_imported_scores_are_those_of_peers_that_just_left()
    {
        ScoreHarness before = new(Params, 1, 2, 3, 4);
        before.Graft(1);
        before.DeliverMany(1, 4);
        before.Advance(6);
        before.Score.AddPenalty(Peer(1), 20);
        before.Invalid(1, 3);
        before.Prune(1); // (10 - 4)^2
        before.Score.AddDropped(Peer(1), 5);
        before.Invalid(2, 7);
        before.Disconnect(2);
        before.Advance(0.75);
        before.DeliverMany(3, 5, 100); // positive: not kept
        IReadOnlyList<RetainedPeerScore> stored = before.Score.Export(before.Now); // 4 did nothing

        ScoreHarness after = new(Params);
        after.Score.Import(stored, after.Now);
        Assert.Equal(2, after.Score.RetainedCount);
        Assert.Equal(-400 - 9 - 36, after[1], 1e-6);
        Assert.Equal(-49, after[2], 1e-6);
        Assert.Equal(TimeSpan.FromSeconds(100), after.Explain(1).ForgottenIn);
        Assert.Equal(TimeSpan.FromSeconds(99.25), after.Explain(2).ForgottenIn);
        Assert.Equal((5, 4), (after.Explain(1).Terms[3].Counter, Math.Round(after.Term(1, "P3").Counter, 6)));
        Assert.Equal(stored, after.Score.Export(after.Now), (a, b) => a with { Topics = [] } == b with { Topics = [] } && a.Topics.SequenceEqual(b.Topics));
        after.Advance(101);
        Assert.Equal(0, after.Score.RetainedCount);
    }

    [Fact]
    public void Export_adds_no_deficit_because_it_is_we_who_leave()
    {
        ScoreHarness score = new(Params, 1);
        score.Graft(1);
        score.Advance(6);
        score.Score.AddPenalty(Peer(1), 100);
        RetainedPeerScore stored = Assert.Single(score.Score.Export(score.Now));
        Assert.Empty(stored.Topics);
        Assert.True(score.Explain(1).Topics.Single().IsInMesh);
    }

    [Fact]
    public void Import_takes_only_what_can_be()
    {
        ScoreHarness score = new(Params, 1);
        RetainedTopicScore topic = new(Topic, double.NaN, double.NegativeInfinity, 2);
        score.Score.Import(
        [
            new RetainedPeerScore(Peer(1), TimeSpan.FromSeconds(50), 10, 0, []), // connected
            new RetainedPeerScore(Peer(2), TimeSpan.FromSeconds(50), double.NaN, -5, [topic, new RetainedTopicScore("gone", 9, 9, 9)]),
            new RetainedPeerScore(Peer(2), TimeSpan.FromSeconds(50), 10, 0, []), // twice
            new RetainedPeerScore(Peer(3), TimeSpan.MaxValue, double.MaxValue, double.PositiveInfinity, []),
            new RetainedPeerScore(Peer(4), TimeSpan.Zero, 10, 0, []),
            new RetainedPeerScore(Peer(5), TimeSpan.FromSeconds(-1), 10, 0, []),
        ], score.Now);
        Assert.Equal((0, -4, -1e18, 0, 0), (score[1], score[2], score[3], score[4], score[5]));
        Assert.Equal(Topic, Assert.Single(score.Explain(2).Topics).Topic);
        Assert.Equal(Params.RetainScore, score.Explain(3).ForgottenIn);
        Assert.Equal(2, score.Score.RetainedCount);
    }

    private static void Leave(ScoreHarness score, int peer, int penalty)
    {
        score.Connect(peer);
        score.Score.AddPenalty(Peer(peer), penalty);
        score.Disconnect(peer);
    }

    private static bool IsKnown(ScoreHarness score, int peer) =>
        score.Score.Snapshot(score.Now).Any(snapshot => snapshot.Peer.Equals(Peer(peer)));
}
