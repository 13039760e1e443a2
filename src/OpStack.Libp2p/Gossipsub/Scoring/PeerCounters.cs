using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>What one peer did, and what is kept of it when it is gone.</summary>
internal sealed class PeerCounters(PeerId peer)
{
    public PeerId Peer { get; } = peer;

    /// <summary>By topic; topics without parameters have none.</summary>
    public Dictionary<string, TopicCounters> Topics { get; } = [];

    /// <summary>P5 as the application last gave it.</summary>
    public double AppScore { get; set; }

    public double BehaviourPenalty { get; set; }

    public double SlowPeerPenalty { get; set; }

    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    /// <summary>Where it counts for P6.</summary>
    public Colocation.Neighbours[] Places { get; set; } = [];

    /// <summary>Null while the peer is connected.</summary>
    public RetentionRank? Retention { get; set; }

    /// <summary>What the topics add, capped.</summary>
    public double TopicsTotal(double cap)
    {
        double sum = 0;
        foreach (TopicCounters topic in Topics.Values)
        {
            sum += topic.Contribution;
        }

        return cap > 0 ? Math.Min(sum, cap) : sum;
    }

    /// <summary>Peers at the most crowded of its addresses that count, itself included.</summary>
    public int MostNeighbours => Places.Where(place => !place.IsExempt).Select(place => place.Peers).DefaultIfEmpty().Max();

    /// <summary>P6 before its weight.</summary>
    public double ColocationSurplus(int threshold)
    {
        double sum = 0;
        foreach (Colocation.Neighbours place in Places)
        {
            double surplus = place.IsExempt ? 0 : Math.Max(0, place.Peers - threshold);
            sum += surplus * surplus;
        }

        return sum;
    }

    /// <summary>Lets so many ticks pass, the last one at <paramref name="tick"/>.</summary>
    public void Decay(long ticks, TimeSpan tick, PeerScoreParams parameters)
    {
        foreach (TopicCounters topic in Topics.Values)
        {
            topic.Decay(ticks, tick, parameters);
        }

        BehaviourPenalty = TopicCounters.Decayed(BehaviourPenalty, parameters.BehaviourPenaltyDecay, parameters.DecayToZero, ticks);
        SlowPeerPenalty = TopicCounters.Decayed(SlowPeerPenalty, parameters.SlowPeerDecay, parameters.DecayToZero, ticks);
    }
}
