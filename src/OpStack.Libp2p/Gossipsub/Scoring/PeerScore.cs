using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// The peer score of gossipsub 1.1 as go-libp2p-pubsub computes it (wire.md 9.15): counters per peer and topic that decay at fixed ticks. One
/// owner; not thread-safe. Where it differs from go the place says why. Ticks begin with the first peer; before it there is nothing to decay.
/// </summary>
internal sealed partial class PeerScore : IPeerScoring
{
    private readonly PeerScoreParams _params;
    private readonly Dictionary<string, ScoredTopic> _topics;
    private readonly Dictionary<PeerId, PeerCounters> _peers = [];
    private readonly Colocation _colocation;
    private readonly DeliveryRecords _deliveries;

    /// <param name="parameters">Validated here.</param>
    /// <param name="thresholds">Validated here.</param>
    /// <exception cref="ArgumentException">A value is out of range; names it.</exception>
    public PeerScore(PeerScoreParams parameters, PeerScoreThresholds thresholds)
    {
        parameters.Validate();
        thresholds.Validate();
        _params = parameters;
        _topics = parameters.Topics.ToDictionary(topic => topic.Key, topic => new ScoredTopic(topic.Value));
        _colocation = new Colocation(parameters.IPColocationFactorWhitelist);
        _deliveries = new DeliveryRecords(parameters.SeenMessageTtl, ScoringLimits.MaxDeliveryRecords);
        Thresholds = thresholds;
    }

    public PeerScoreThresholds Thresholds { get; }

    public TimeSpan NextDeadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>How often <see cref="PeerScoreParams.AppSpecificScore"/> threw or answered no finite number.</summary>
    public long AppScoreFaults { get; private set; }

    /// <summary>Scores held of peers that are gone.</summary>
    public int RetainedCount => _retained.Count;

    /// <summary>Delivery records held.</summary>
    public int DeliveryCount => _deliveries.Count;

    /// <summary>Addresses and /64s counted.</summary>
    public int AddressCount => _colocation.Count;

    public double Score(PeerId peer) => _peers.TryGetValue(peer, out PeerCounters? counters) ? Total(counters) : 0;

    public void AddPenalty(PeerId peer, int count)
    {
        if (_peers.TryGetValue(peer, out PeerCounters? counters))
        {
            counters.BehaviourPenalty += count;
        }
    }

    public void AddDropped(PeerId peer, int count)
    {
        if (_peers.TryGetValue(peer, out PeerCounters? counters))
        {
            counters.SlowPeerPenalty += count;
        }
    }

    /// <summary>Ticks missed by a late caller are made up for, as of when they were due.</summary>
    public void Tick(TimeSpan now)
    {
        if (now < NextDeadline)
        {
            return;
        }

        long ticks = ((now - NextDeadline).Ticks / _params.DecayInterval.Ticks) + 1;
        foreach (ScoredTopic topic in _topics.Values)
        {
            topic.Tick(ticks, NextDeadline, _params.DecayInterval);
        }

        TimeSpan tick = NextDeadline + ((ticks - 1) * _params.DecayInterval);
        NextDeadline = tick + _params.DecayInterval;
        _deliveries.Sweep(now);
        foreach (PeerCounters peer in _peers.Values)
        {
            if (peer.Retention is not { } retention)
            {
                peer.Decay(ticks, tick, _params);
                peer.AppScore = AskAppScore(peer.Peer);
            }
            else if (retention.ForgetAt < tick)
            {
                Forget(peer);
            }
        }
    }

    public void SetTopicParams(string topic, TopicScoreParams parameters)
    {
        parameters.Validate();
        if (!_topics.TryGetValue(topic, out ScoredTopic? scored))
        {
            _topics.Add(topic, new ScoredTopic(parameters));
            return;
        }

        scored.SetParams(parameters);
        foreach (PeerCounters peer in _peers.Values)
        {
            peer.Topics.GetValueOrDefault(topic)?.Cap();
        }
    }

    // The order of the sums is that of the snapshot.
    private double Total(PeerCounters peer) =>
        peer.TopicsTotal(_params.TopicScoreCap)
        + (peer.AppScore * _params.AppSpecificWeight)
        + (peer.ColocationSurplus(_params.IPColocationFactorThreshold) * _params.IPColocationFactorWeight)
        + (BehaviourExcess(peer) * _params.BehaviourPenaltyWeight)
        + (SlowPeerExcess(peer) * _params.SlowPeerWeight);

    private double BehaviourExcess(PeerCounters peer)
    {
        double excess = Math.Max(0, peer.BehaviourPenalty - _params.BehaviourPenaltyThreshold);
        return excess * excess;
    }

    private double SlowPeerExcess(PeerCounters peer) => Math.Max(0, peer.SlowPeerPenalty - _params.SlowPeerThreshold);

    /// <summary>The counters of a peer that is known on a topic that counts; null otherwise.</summary>
    private TopicCounters? Counters(PeerId peer, string topic) =>
        _topics.TryGetValue(topic, out ScoredTopic? scored) && _peers.TryGetValue(peer, out PeerCounters? counters)
            ? Counters(counters, topic, scored)
            : null;

    private static TopicCounters Counters(PeerCounters peer, string topic, ScoredTopic scored)
    {
        if (!peer.Topics.TryGetValue(topic, out TopicCounters? counters))
        {
            peer.Topics.Add(topic, counters = new TopicCounters(scored));
        }

        return counters;
    }

    private double AskAppScore(PeerId peer)
    {
        double score = 0;
        try
        {
            score = _params.AppSpecificScore?.Invoke(peer) ?? 0;
        }
        catch (Exception)
        {
            // The application's fault costs no peer its score and does not stop the router; it is counted.
            score = double.NaN;
        }

        if (!double.IsFinite(score))
        {
            AppScoreFaults++;
            return 0;
        }

        return score;
    }
}
