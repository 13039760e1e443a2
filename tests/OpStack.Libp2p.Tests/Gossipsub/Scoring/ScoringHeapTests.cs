using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>What peers can make a score hold. Memory that earlier tests give back meanwhile may hide some of it; the counts are exact.</summary>
[Collection("heap")]
public class ScoringHeapTests
{
    private static readonly PeerScoreParams Params = new()
    {
        RetainScore = TimeSpan.FromHours(1),
        Topics = new Dictionary<string, TopicScoreParams> { [Topic] = new() { InvalidMessageDeliveriesWeight = -1 } },
    };

    [Fact]
    public void A_million_messages_from_12_peers_leave_32768_records_in_less_than_16_MB()
    {
        ScoreHarness score = new(Params, [.. Enumerable.Range(0, 12)]);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int id = 0; id < 1_000_000; id++)
        {
            score.Validate(id % 12, id);
            score.Duplicate((id + 1) % 12, id);
            switch (id % 3)
            {
                case 0:
                    score.Deliver(id % 12, id);
                    score.Duplicate((id + 2) % 12, id);
                    break;
                case 1:
                    score.Reject(id % 12, id, MessageRejection.ValidationFailed);
                    break;
                default:
                    score.Reject(id % 12, id, MessageRejection.ValidationIgnored);
                    break;
            }
        }

        Assert.Equal(ScoringLimits.MaxDeliveryRecords, score.Score.DeliveryCount);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16_000_000);
        score.Advance(130);
        Assert.Equal(0, score.Score.DeliveryCount);
    }

    [Fact]
    public void A_hundred_thousand_identities_leave_4096_scores_in_less_than_10_MB()
    {
        ScoreHarness score = new(Params);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int peer = 0; peer < 100_000; peer++)
        {
            score.Connect(peer, $"2001:db8:{peer >> 8:x}:{peer & 255:x}::1", $"{(peer >> 16) + 1}.{(peer >> 8) & 255}.{peer & 255}.1");
            score.Invalid(peer, 1 + (peer % 3));
            score.Disconnect(peer);
        }

        Assert.Equal(ScoringLimits.MaxRetainedScores, score.Score.RetainedCount);
        Assert.Equal(ScoringLimits.MaxRetainedScores, score.Score.Snapshot(score.Now).Count);
        Assert.Equal(3 * ScoringLimits.MaxRetainedScores, score.Score.AddressCount);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10_000_000);
        score.Advance(3602);
        Assert.Equal((0, 0), (score.Score.RetainedCount, score.Score.AddressCount));
    }
}
