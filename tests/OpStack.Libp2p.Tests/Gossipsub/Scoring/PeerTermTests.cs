using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.P2P.TestKit;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>P5, P7 and the slow-peer term, computed by hand.</summary>
public class PeerTermTests
{
    [Fact]
    public void P5_is_asked_when_a_peer_connects_and_at_each_tick()
    {
        double answer = 3;
        int asked = 0;
        ScoreHarness score = new(Off with
        {
            AppSpecificWeight = 2,
            AppSpecificScore = peer =>
            {
                asked++;
                return peer.Equals(Peer(1)) ? answer : 100;
            },
        }, 1);
        Assert.Equal(6, score[1]);
        answer = -4;
        Assert.Equal(6, score[1]);
        Assert.Equal(1, asked);
        score.Advance(1);
        Assert.Equal(-8, score[1]);
        score.Disconnect(1);
        answer = 10;
        score.Advance(5);
        Assert.Equal(-8, score[1]);
        Assert.Equal(2, asked);
        score.Connect(1);
        Assert.Equal(20, score[1]);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(null)]
    public void P5_counts_0_for_what_is_no_score_and_the_fault_is_counted(double? answer)
    {
        ScoreHarness score = new(Off with
        {
            AppSpecificWeight = 1,
            AppSpecificScore = _ => answer ?? throw new InvalidOperationException("the application's fault"),
        }, 1);
        score.Advance(1);
        Assert.Equal(0, score[1]);
        Assert.Equal(2, score.Score.AppScoreFaults);
    }

    [Theory]
    [InlineData(6, 0, 0)]
    [InlineData(7, 0, -16)] // (7 - 6)^2 * -16
    [InlineData(9, 0, -144)] // 3^2 * -16
    [InlineData(10, 1, -64)] // 10 * 0.8 = 8; 2^2 * -16
    [InlineData(10, 2, -2.56)] // 6.4; 0.4^2 * -16
    [InlineData(10, 3, 0)] // 5.12
    public void P7_is_the_square_above_the_threshold(int penalties, int ticks, double expected)
    {
        ScoreHarness score = new(
            Off with { BehaviourPenaltyWeight = -16, BehaviourPenaltyThreshold = 6, BehaviourPenaltyDecay = 0.8 }, 1);
        score.Score.AddPenalty(Peer(1), penalties - 1);
        score.Score.AddPenalty(Peer(1), 1);
        score.Advance(ticks);
        Assert.Equal(expected, score[1], 1e-9);
    }

    [Theory]
    [InlineData(4, 0, 0)]
    [InlineData(9, 0, -1)] // (9 - 4) * -0.2
    [InlineData(24, 1, -0.16)] // 24 * 0.2 = 4.8; 0.8 * -0.2
    [InlineData(24, 2, 0)]
    public void The_slow_peer_term_is_linear_above_its_threshold(int dropped, int ticks, double expected)
    {
        ScoreHarness score = new(Off with { SlowPeerWeight = -0.2, SlowPeerThreshold = 4, SlowPeerDecay = 0.2 }, 1);
        score.Score.AddDropped(Peer(1), dropped);
        score.Advance(ticks);
        Assert.Equal(expected, score[1], 1e-9);
    }

    [Fact]
    public void Dropped_messages_cost_nothing_unless_asked_for()
    {
        ScoreHarness score = new(new PeerScoreParams(), 1);
        score.Score.AddDropped(Peer(1), 1_000_000);
        Assert.Equal(0, score[1]);
        Assert.Equal(1_000_000, score.Explain(1).Terms.Single(term => term.Name == "SlowPeer").Counter);
    }

    [Fact]
    public void Peers_unheard_of_have_no_score_and_leave_no_trace()
    {
        ScoreHarness score = new(new TopicScoreParams { InvalidMessageDeliveriesWeight = -1, FirstMessageDeliveriesWeight = 1 });
        score.Score.AddPenalty(Peer(1), 1);
        score.Score.AddDropped(Peer(1), 1);
        score.Score.SetAddresses(Peer(1), [System.Net.IPAddress.Parse("1.2.3.4")]);
        score.Graft(1);
        score.Prune(1);
        score.Invalid(1, 1);
        score.DeliverMany(1, 1);
        score.Disconnect(1);
        Assert.Equal(0, score[1]);
        Assert.Empty(score.Score.Snapshot(score.Now));
        Assert.Equal(0, score.Score.AddressCount);
    }

    [Fact]
    public void Ticks_begin_with_the_first_peer()
    {
        ScoreHarness score = new(Off);
        Assert.Equal(TimeSpan.MaxValue, score.Score.NextDeadline);
        score.Connect(1);
        Assert.Equal(score.Now + TimeSpan.FromSeconds(1), score.Score.NextDeadline);
        score.AdvanceLate(3.25);
        Assert.Equal(score.Now + TimeSpan.FromSeconds(0.75), score.Score.NextDeadline);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7.5)]
    [InlineData(500)]
    [InlineData(3000)]
    public void A_late_tick_gives_what_ticks_in_time_give(double seconds)
    {
        ScoreHarness[] scores = [new(Everything(0.999), 1), new(Everything(0.999), 1)];
        foreach (ScoreHarness score in scores)
        {
            score.Graft(1);
            score.DeliverMany(1, 15);
            score.Invalid(1, 5);
            score.Score.AddPenalty(Peer(1), 9);
            score.Score.AddDropped(Peer(1), 90);
        }

        scores[0].Advance(seconds);
        scores[1].AdvanceLate(seconds);
        Assert.NotEqual(0, scores[0][1]);
        Assert.Equal(scores[0][1], scores[1][1], seconds < ScoringLimits.MaxTicksOneByOne ? 0 : 1e-9);
        Assert.Equal(scores[0].Score.NextDeadline, scores[1].Score.NextDeadline);
    }

    [Fact]
    public void Asking_for_a_score_allocates_nothing()
    {
        ScoreHarness score = new(Everything(0.9) with { IPColocationFactorWeight = -1, AppSpecificWeight = 1, AppSpecificScore = _ => 1 });
        score.Connect(1, "1.2.3.4", "2001:db8::1");
        score.Graft(1);
        score.DeliverMany(1, 3);
        score.Advance(10);
        double sum = 0;
        Assert.Equal(0, Mutations.AllocatedBy(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                sum += score.Score.Score(Peer1);
            }
        }));
        Assert.NotEqual(0, sum);
    }

    private static readonly OpStack.Libp2p.Identity.PeerId Peer1 = Peer(1);

    private static PeerScoreParams Everything(double decay) => Off with
    {
        BehaviourPenaltyWeight = -1,
        BehaviourPenaltyThreshold = 0,
        BehaviourPenaltyDecay = decay,
        SlowPeerWeight = -1,
        SlowPeerDecay = decay,
        Topics = new Dictionary<string, TopicScoreParams>
        {
            [Topic] = new()
            {
                TimeInMeshWeight = 0.1,
                FirstMessageDeliveriesWeight = 1,
                FirstMessageDeliveriesDecay = decay,
                MeshMessageDeliveriesWeight = -1,
                MeshMessageDeliveriesDecay = decay,
                InvalidMessageDeliveriesWeight = -1,
                InvalidMessageDeliveriesDecay = decay,
            },
        },
    };
}
