using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>Who is credited and who is blamed for a message.</summary>
public class DeliveryTests
{
    private static readonly TopicScoreParams Everything = new()
    {
        FirstMessageDeliveriesWeight = 1,
        MeshMessageDeliveriesWeight = -1,
        MeshMessageDeliveriesWindow = TimeSpan.FromMilliseconds(100),
        InvalidMessageDeliveriesWeight = -1,
    };

    [Fact]
    public void Copies_during_validation_are_credited_when_the_message_is_accepted()
    {
        ScoreHarness score = new(Everything, 1, 2, 3);
        score.Graft(1, 2);
        score.Validate(1, 0);
        score.Duplicate(2, 0);
        score.Duplicate(2, 0);
        score.Duplicate(3, 0); // not in the mesh
        Assert.Empty(score.Explain(3).Topics);
        Assert.Equal(0, score.Term(2, "P3").Counter);
        score.Deliver(1, 0);
        Assert.Equal((1, 1), Delivered(score, 1));
        Assert.Equal((0, 1), Delivered(score, 2));
        Assert.Equal((0, 0), Delivered(score, 3));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1)]
    [InlineData(0.1001, 0)]
    public void Copies_after_validation_are_credited_within_the_window(double secondsAfter, double expected)
    {
        ScoreHarness score = new(Everything, 1, 2);
        score.Graft(1, 2);
        score.Validate(1, 0);
        score.Advance(0.7); // the window starts with the verdict
        score.Deliver(1, 0);
        score.Advance(secondsAfter);
        score.Duplicate(2, 0);
        score.Duplicate(2, 0);
        Assert.Equal((0, expected), Delivered(score, 2));
    }

    [Fact]
    public void The_first_sender_is_credited_once_however_often_it_sends()
    {
        ScoreHarness score = new(Everything, 1);
        score.Graft(1);
        score.Validate(1, 0);
        score.Duplicate(1, 0);
        score.Deliver(1, 0);
        score.Duplicate(1, 0);
        Assert.Equal((1, 1), Delivered(score, 1));
    }

    [Fact]
    public void A_message_accepted_again_is_no_reason_for_mesh_credit()
    {
        ScoreHarness score = new(Everything, 1, 2);
        score.Graft(1, 2);
        score.Validate(1, 0);
        score.Duplicate(2, 0);
        score.Deliver(1, 0);
        score.Deliver(1, 0);
        Assert.Equal((0, 1), Delivered(score, 2));
    }

    [Fact]
    public void Every_sender_of_an_invalid_message_is_blamed_once_and_later_ones_per_copy()
    {
        ScoreHarness score = new(Everything, 1, 2, 3);
        score.Validate(1, 0);
        score.Duplicate(1, 0);
        score.Duplicate(2, 0);
        score.Duplicate(2, 0);
        score.Reject(1, 0, MessageRejection.ValidationFailed);
        Assert.Equal((-1, -1, 0), (score[1], score[2], score[3]));
        score.Duplicate(3, 0);
        score.Duplicate(3, 0);
        Assert.Equal((-1, -1, -4), (score[1], score[2], score[3]));
        score.Reject(1, 0, MessageRejection.ValidationFailed); // judged already
        Assert.Equal(-1, score[1]);
    }

    [Fact]
    public void What_breaks_the_signing_policy_is_blamed_on_who_sent_it()
    {
        ScoreHarness score = new(Everything, 1);
        score.Reject(1, null, MessageRejection.UnexpectedSignature);
        score.Reject(1, null, MessageRejection.UnexpectedAuthInfo);
        Assert.Equal(-4, score[1]);
        Assert.Equal(0, score.Score.DeliveryCount);
    }

    // Row 46: our own faults.
    [Theory, Trait("Row", "46")]
    [InlineData((int)MessageRejection.ValidationIgnored)]
    [InlineData((int)MessageRejection.ValidationThrottled)]
    [InlineData((int)MessageRejection.ValidationQueueFull)]
    public void Ignored_throttled_and_crowded_out_messages_cost_0_peers_anything(int reason)
    {
        ScoreHarness score = new(Everything, [.. Enumerable.Range(0, 20)]);
        for (int id = 0; id < 1000; id++)
        {
            int sender = id % 20;
            if ((MessageRejection)reason == MessageRejection.ValidationIgnored)
            {
                score.Validate(sender, id);
                score.Duplicate((sender + 1) % 20, id);
            }

            score.Reject(sender, id, (MessageRejection)reason);
            score.Duplicate((sender + 2) % 20, id);
            score.Duplicate((sender + 2) % 20, id);
        }

        Assert.All(Enumerable.Range(0, 20), peer => Assert.Equal(0, score[peer]));
        Assert.All(score.Score.Snapshot(score.Now), snapshot => Assert.Empty(snapshot.Topics));
    }

    // Row 46: a full queue to a peer, and an application score that throws.
    [Fact, Trait("Row", "46")]
    public void Messages_we_could_not_send_and_a_failing_application_cost_0_peers_anything()
    {
        ScoreHarness score = new(new PeerScoreParams { AppSpecificScore = _ => throw new TimeoutException() }, 1, 2);
        score.Score.AddDropped(Peer(1), 10_000);
        score.Advance(60);
        Assert.Equal((0, 0), (score[1], score[2]));
        Assert.Equal(62, score.Score.AppScoreFaults); // two peers, on connecting and at 30 ticks
    }

    [Fact]
    public void Records_end_with_their_time_and_copies_then_count_for_nobody()
    {
        ScoreHarness score = new(Everything, 1, 2);
        score.Validate(1, 0);
        score.Reject(1, 0, MessageRejection.ValidationFailed);
        score.Advance(119);
        score.Duplicate(2, 0);
        Assert.Equal(-1, score[2]);
        Assert.Equal(1, score.Score.DeliveryCount);
        score.Advance(1);
        score.Duplicate(2, 0);
        Assert.True(score[2] > -1);
        Assert.Equal(0, score.Score.DeliveryCount);
    }

    [Fact]
    public void Copies_of_a_message_without_a_record_leave_none()
    {
        ScoreHarness score = new(Everything, 1);
        score.Duplicate(1, 0);
        Assert.Equal(0, score.Score.DeliveryCount);
    }

    [Fact]
    public void Senders_per_record_are_bounded_and_the_rest_count_for_nothing()
    {
        ScoreHarness score = new(Everything, [.. Enumerable.Range(0, 1000)]);
        score.Validate(0, 0);
        for (int peer = 1; peer < 1000; peer++)
        {
            score.Duplicate(peer, 0);
        }

        score.Reject(0, 0, MessageRejection.ValidationFailed);
        Assert.Equal(ScoringLimits.MaxSendersPerRecord, Enumerable.Range(0, 1000).Count(peer => score[peer] == -1));
    }

    private static (double First, double Mesh) Delivered(ScoreHarness score, int peer) =>
        score.Explain(peer).Topics.Count == 0 ? (0, 0) : (score.Term(peer, "P2").Counter, score.Term(peer, "P3").Counter);
}
