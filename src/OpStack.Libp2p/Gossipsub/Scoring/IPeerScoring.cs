using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// What the router tells a score of and asks it, at the places where go-libp2p-pubsub does (wire.md 9.15). Owned by the router's loop; times
/// are the router's. Calls may name peers that are gone: a score outlives the connection.
/// </summary>
internal interface IPeerScoring
{
    /// <summary>The thresholds the scores are held against.</summary>
    PeerScoreThresholds Thresholds { get; }

    /// <summary>When <see cref="Tick"/> is due; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    TimeSpan NextDeadline { get; }

    /// <summary>Lets the time pass that has: counters decay, scores of peers long gone are forgotten.</summary>
    void Tick(TimeSpan now);

    /// <summary>The peer's score now; 0 for a peer unheard of.</summary>
    double Score(PeerId peer);

    /// <summary>The peer connected.</summary>
    void AddPeer(PeerId peer, TimeSpan now);

    /// <summary>The addresses a connected peer's connections come from now (P6).</summary>
    void SetAddresses(PeerId peer, IReadOnlyList<IPAddress> addresses);

    /// <summary>The peer is gone, and with it from every mesh.</summary>
    void RemovePeer(PeerId peer, TimeSpan now);

    /// <summary>The peer is in our mesh of the topic from now on.</summary>
    void Graft(PeerId peer, string topic, TimeSpan now);

    /// <summary>The peer left our mesh of the topic.</summary>
    void Prune(PeerId peer, string topic, TimeSpan now);

    /// <summary>The first copy of a message goes to validation.</summary>
    void ValidateMessage(PeerId peer, string topic, MessageId id, TimeSpan now);

    /// <summary>The message was accepted; the peer sent it first.</summary>
    void DeliverMessage(PeerId peer, string topic, MessageId id, TimeSpan now);

    /// <summary>The peer sent a further copy.</summary>
    void DuplicateMessage(PeerId peer, string topic, MessageId id, TimeSpan now);

    /// <summary>The message went no further. <paramref name="id"/> is null when it was refused before it had one.</summary>
    void RejectMessage(PeerId peer, string topic, MessageId? id, MessageRejection reason, TimeSpan now);

    /// <summary>Bad behaviour (P7), counted.</summary>
    void AddPenalty(PeerId peer, int count);

    /// <summary>So many messages to the peer were dropped because it did not read them in time.</summary>
    void AddDropped(PeerId peer, int count);

    /// <summary>Scores a topic by these parameters from now on; it may have had none.</summary>
    /// <exception cref="ArgumentException">A value is out of range; names it.</exception>
    void SetTopicParams(string topic, TopicScoreParams parameters);

    /// <summary>Every score held, of connected peers and of those retained, term by term.</summary>
    IReadOnlyList<PeerScoreSnapshot> Snapshot(TimeSpan now);
}
