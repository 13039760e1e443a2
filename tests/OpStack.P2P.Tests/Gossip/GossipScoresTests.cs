using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Gossip;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>Scores on their way into the peer store and out of it.</summary>
public sealed class GossipScoresTests
{
    private static readonly PeerId Peer = TestPeers.Of(1);
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(20);

    [Theory]
    [InlineData(-1, 0, 0, 0, 0, 0, ScoreCause.InvalidMessages)]
    [InlineData(-1, -2, 0, 0, 0, 0, ScoreCause.MeshDeliveries)]
    [InlineData(0, 0, -1, 0, 0, 0, ScoreCause.Application)]
    [InlineData(0, 0, -1, -2, 0, 0, ScoreCause.IpColocation)]
    [InlineData(0, 0, -1, -2, -3, 0, ScoreCause.Behaviour)]
    [InlineData(0, 0, 0, 0, 0, -1, ScoreCause.SlowPeer)]
    [InlineData(0, 0, 0, 0, 0, 0, ScoreCause.Unknown)]
    [InlineData(1, 1, 1, 1, 1, 1, ScoreCause.Unknown)]
    public void The_cause_is_the_term_that_takes_most_away(double p4, double p3b, double p5, double p6, double p7, double slow, ScoreCause cause) =>
        Assert.Equal(cause, GossipScores.CauseOf(Score(0, null, p4, p3b, p5, p6, p7, slow)));

    [Fact]
    public void Topics_are_summed_with_their_weights()
    {
        // 2 topics × 0.5 × −3 against −2.5 of P7.
        Assert.Equal(ScoreCause.InvalidMessages, GossipScores.CauseOf(Score(0, null, p4: -3, p3b: 0, p5: 0, p6: 0, p7: -2.5, slow: 0)));
        Assert.Equal(ScoreCause.Behaviour, GossipScores.CauseOf(Score(0, null, p4: -3, p3b: 0, p5: 0, p6: 0, p7: -3.5, slow: 0)));
    }

    [Fact]
    public void A_bad_score_comes_back_with_the_time_it_has_left()
    {
        RetainedPeerScore counters = new(Peer, TimeSpan.FromMinutes(5), 7, 0.5, [new RetainedTopicScore("t", 1, 2, 3)]);
        PeerScoreSnapshot score = Score(-50, TimeSpan.FromMinutes(5), p4: -3, p3b: 0, p5: 0, p6: 0, p7: 0, slow: 0);
        StoredScore stored = GossipScores.ToStored(score, counters, Now, Retention);
        Assert.Equal((-50, ScoreCause.InvalidMessages, Now + TimeSpan.FromMinutes(5)), (stored.Total, stored.Cause, stored.ExpiresAt));

        RetainedPeerScore back = GossipScores.ToRetained(new StoredPeer(Peer) { Score = stored }, Now + TimeSpan.FromMinutes(2))!;
        Assert.Equal((Peer, TimeSpan.FromMinutes(3), 7, 0.5), (back.Peer, back.Remaining, back.BehaviourPenalty, back.SlowPeerPenalty));
        Assert.Equal(counters.Topics, back.Topics);
        Assert.Null(GossipScores.ToRetained(new StoredPeer(Peer) { Score = stored }, Now + TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void Of_a_connected_peer_the_whole_retention_is_left_and_a_good_score_does_not_come_back()
    {
        StoredScore good = GossipScores.ToStored(Score(5, null, 0, 0, 0, 0, 0, 0), null, Now, Retention);
        Assert.Equal(Now + Retention, good.ExpiresAt);
        Assert.Null(GossipScores.ToRetained(new StoredPeer(Peer) { Score = good }, Now));
        Assert.Null(GossipScores.ToRetained(new StoredPeer(Peer), Now));
    }

    private static PeerScoreSnapshot Score(double total, TimeSpan? forgottenIn, double p4, double p3b, double p5, double p6, double p7, double slow)
    {
        ScoreTerm[] topic = [Term("P1", 1), Term("P2", 1), Term("P3", 0), Term("P3b", p3b), Term("P4", p4)];
        TopicScoreSnapshot[] topics = [new("a", 0.5, false, false, topic), new("b", 0.5, false, false, topic)];
        ScoreTerm[] terms = [Term("P5", p5), Term("P6", p6), Term("P7", p7), Term("SlowPeer", slow)];
        return new PeerScoreSnapshot(Peer, total, topics, 0, terms, [], forgottenIn);
    }

    private static ScoreTerm Term(string name, double contribution) => new(name, contribution, contribution, 1);
}
