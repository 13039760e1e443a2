using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>Peers that come and go, and what is kept of them.</summary>
internal sealed partial class PeerScore
{
    /// <summary>Peers that are gone; the first gives way first.</summary>
    private readonly SortedDictionary<RetentionRank, PeerCounters> _retained = [];
    private long _retentions;

    public void AddPeer(PeerId peer, TimeSpan now)
    {
        StartTicks(now);
        if (!_peers.TryGetValue(peer, out PeerCounters? counters))
        {
            _peers.Add(peer, counters = new PeerCounters(peer));
        }

        if (counters.Retention is { } retention)
        {
            _retained.Remove(retention);
            counters.Retention = null;
        }

        counters.AppScore = AskAppScore(peer);
    }

    public void SetAddresses(PeerId peer, IReadOnlyList<IPAddress> addresses)
    {
        if (_peers.TryGetValue(peer, out PeerCounters? counters) && counters.Retention is null)
        {
            _colocation.Leave(counters.Places);
            counters.Addresses = [.. addresses.Take(ScoringLimits.MaxAddressesPerPeer)];
            counters.Places = _colocation.Enter(addresses);
        }
    }

    /// <summary>
    /// A positive score is forgotten, because an attack could spend it later; any other is kept unchanged, so that coming back does not mend it
    /// (go). What the peer owed its meshes is added after that decision.
    /// </summary>
    public void RemovePeer(PeerId peer, TimeSpan now)
    {
        if (!_peers.TryGetValue(peer, out PeerCounters? counters) || counters.Retention is not null)
        {
            return;
        }

        if (Total(counters) > 0)
        {
            Forget(counters);
            return;
        }

        foreach (TopicCounters topic in counters.Topics.Values)
        {
            topic.Retain();
        }

        Retain(counters, now + _params.RetainScore);
    }

    /// <summary>
    /// What is to be stored over a restart: every score that would be kept if all peers left now and that is worth it. Deficits in a mesh are
    /// not added: it is we who leave.
    /// </summary>
    public IReadOnlyList<RetainedPeerScore> Export(TimeSpan now) =>
    [
        .. _peers.Values.Where(peer => peer.Retention is not null || Total(peer) <= 0)
            .Select(peer => Export(peer, peer.Retention is { } retention ? Remaining(retention, now) : _params.RetainScore))
            .OfType<RetainedPeerScore>(),
    ];

    /// <summary>
    /// Takes up stored scores as if their peers had just left. Peers known already are left as they are; topics that have no parameters any more are
    /// dropped; counters that are no positive number count as 0, no score is kept longer than
    /// <see cref="PeerScoreParams.RetainScore"/>, and the application is asked for P5.
    /// </summary>
    public void Import(IEnumerable<RetainedPeerScore> scores, TimeSpan now)
    {
        StartTicks(now);
        foreach (RetainedPeerScore stored in scores)
        {
            PeerCounters peer = new(stored.Peer)
            {
                BehaviourPenalty = RetainedPeerScore.Sane(stored.BehaviourPenalty),
                SlowPeerPenalty = RetainedPeerScore.Sane(stored.SlowPeerPenalty),
            };
            if (stored.Remaining <= TimeSpan.Zero || !_peers.TryAdd(stored.Peer, peer))
            {
                continue;
            }

            foreach (RetainedTopicScore topic in stored.Topics)
            {
                Counters(stored.Peer, topic.Topic)?.Restore(topic);
            }

            peer.AppScore = AskAppScore(stored.Peer);
            Retain(peer, now + (stored.Remaining < _params.RetainScore ? stored.Remaining : _params.RetainScore));
        }
    }

    private static RetainedPeerScore? Export(PeerCounters peer, TimeSpan remaining)
    {
        RetainedTopicScore[] topics =
        [
            .. peer.Topics.Where(topic => !topic.Value.IsClean).Select(topic => new RetainedTopicScore(
                topic.Key, topic.Value.MeshMessageDeliveries, topic.Value.MeshFailurePenalty, topic.Value.InvalidMessageDeliveries)),
        ];
        bool isClean = topics.Length == 0 && peer.BehaviourPenalty == 0 && peer.SlowPeerPenalty == 0;
        return isClean ? null : new RetainedPeerScore(peer.Peer, remaining, peer.BehaviourPenalty, peer.SlowPeerPenalty, topics);
    }

    private void StartTicks(TimeSpan now)
    {
        if (NextDeadline == TimeSpan.MaxValue)
        {
            NextDeadline = now + _params.DecayInterval;
        }
    }

    private void Retain(PeerCounters peer, TimeSpan forgetAt)
    {
        double own = Total(peer) - (peer.ColocationSurplus(_params.IPColocationFactorThreshold) * _params.IPColocationFactorWeight);
        RetentionRank rank = new(own, forgetAt, _retentions++);
        peer.Retention = rank;
        _retained.Add(rank, peer);
        if (_retained.Count > ScoringLimits.MaxRetainedScores)
        {
            Forget(_retained.First().Value);
        }
    }

    private void Forget(PeerCounters peer)
    {
        if (peer.Retention is { } retention)
        {
            _retained.Remove(retention);
        }

        _colocation.Leave(peer.Places);
        _peers.Remove(peer.Peer);
    }
}
