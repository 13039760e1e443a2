using System.Net;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

/// <summary>Scores as the test sets them, and what the router told.</summary>
internal sealed class RecordingScoring : IPeerScoring
{
    public Dictionary<PeerId, double> Scores { get; } = [];

    public List<string> Events { get; } = [];

    public IEnumerable<string> Penalties => Events.Where(e => e.StartsWith("penalty", StringComparison.Ordinal));

    /// <summary>What a penalty adds to a score.</summary>
    public double PenaltyWeight { get; set; }

    /// <summary>What a message for which its sender is to blame adds to a score.</summary>
    public double InvalidWeight { get; set; }

    /// <summary>Scores asked for.</summary>
    public int Asked { get; private set; }

    public PeerScoreThresholds Thresholds { get; } = new() { Gossip = -10, Publish = -40, Graylist = -80, AcceptPeerExchange = 10, OpportunisticGraft = 5 };

    public TimeSpan NextDeadline => TimeSpan.MaxValue;

    public void Tick(TimeSpan now) => Events.Add("tick");

    public double Score(PeerId peer)
    {
        Asked++;
        return Scores.GetValueOrDefault(peer);
    }

    public void AddPeer(PeerId peer, TimeSpan now) => Events.Add($"add {peer}");

    public void RemovePeer(PeerId peer, TimeSpan now) => Events.Add($"remove {peer}");

    public void Graft(PeerId peer, string topic, TimeSpan now) => Events.Add($"graft {peer}");

    public void Prune(PeerId peer, string topic, TimeSpan now) => Events.Add($"prune {peer}");

    public void ValidateMessage(PeerId peer, string topic, MessageId id, TimeSpan now) => Events.Add($"validate {peer}");

    public void DeliverMessage(PeerId peer, string topic, MessageId id, TimeSpan now) => Events.Add($"deliver {peer}");

    public void DuplicateMessage(PeerId peer, string topic, MessageId id, TimeSpan now) => Events.Add($"duplicate {peer}");

    public void RejectMessage(PeerId peer, string topic, MessageId? id, MessageRejection reason, TimeSpan now)
    {
        Events.Add($"{reason} {peer}");
        bool isInvalid = reason is MessageRejection.ValidationFailed or MessageRejection.UnexpectedSignature or MessageRejection.UnexpectedAuthInfo;
        Scores[peer] = Scores.GetValueOrDefault(peer) + (isInvalid ? InvalidWeight : 0);
    }

    public void AddPenalty(PeerId peer, int count)
    {
        Events.Add($"penalty {count} {peer}");
        Scores[peer] = Scores.GetValueOrDefault(peer) + (PenaltyWeight * count);
    }

    public void SetAddresses(PeerId peer, IReadOnlyList<IPAddress> addresses) => Events.Add($"addresses {string.Join(' ', addresses)} {peer}");

    public void AddDropped(PeerId peer, int count) => Events.Add($"dropped {count} {peer}");

    public void SetTopicParams(string topic, TopicScoreParams parameters) => Events.Add($"params {topic}");

    public IReadOnlyList<PeerScoreSnapshot> Snapshot(TimeSpan now) => [];
}
