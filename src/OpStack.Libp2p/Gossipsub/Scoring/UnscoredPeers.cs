using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>Scoring "none" of op-node: every peer's score is 0, whatever it does.</summary>
internal sealed class UnscoredPeers : IPeerScoring
{
    public PeerScoreThresholds Thresholds { get; } = new();

    public TimeSpan NextDeadline => TimeSpan.MaxValue;

    public void Tick(TimeSpan now)
    {
    }

    public double Score(PeerId peer) => 0;

    public void AddPeer(PeerId peer, TimeSpan now)
    {
    }

    public void SetAddresses(PeerId peer, IReadOnlyList<IPAddress> addresses)
    {
    }

    public void RemovePeer(PeerId peer, TimeSpan now)
    {
    }

    public void Graft(PeerId peer, string topic, TimeSpan now)
    {
    }

    public void Prune(PeerId peer, string topic, TimeSpan now)
    {
    }

    public void ValidateMessage(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
    }

    public void DeliverMessage(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
    }

    public void DuplicateMessage(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
    }

    public void RejectMessage(PeerId peer, string topic, MessageId? id, MessageRejection reason, TimeSpan now)
    {
    }

    public void AddPenalty(PeerId peer, int count)
    {
    }

    public void AddDropped(PeerId peer, int count)
    {
    }

    public void SetTopicParams(string topic, TopicScoreParams parameters)
    {
    }

    public IReadOnlyList<PeerScoreSnapshot> Snapshot(TimeSpan now) => [];
}
