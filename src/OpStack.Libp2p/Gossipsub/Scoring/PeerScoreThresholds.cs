using static OpStack.Libp2p.Gossipsub.Scoring.ScoreParamRules;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// Scores below which a peer loses a right, or above which it gains one (wire.md 9.15); a mesh peer needs at least 0. The default value,
/// all 0, goes with peers that are not scored.
/// </summary>
public sealed record PeerScoreThresholds
{
    /// <summary>Below it no IHAVE and IWANT is exchanged; at most 0. Default 0.</summary>
    public double Gossip { get; init; }

    /// <summary>Below it a peer gets nothing by fanout or flood publishing; at most <see cref="Gossip"/>. Default 0.</summary>
    public double Publish { get; init; }

    /// <summary>Below it the peer's messages and control are ignored; at most <see cref="Publish"/>. Default 0.</summary>
    public double Graylist { get; init; }

    /// <summary>Peers that a PRUNE names are connected to only if its sender has at least this score; at least 0. Default 0.</summary>
    public double AcceptPeerExchange { get; init; }

    /// <summary>When the median score of a mesh is below it, better peers are grafted in addition; at least 0. Default 0.</summary>
    public double OpportunisticGraft { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/>, naming the field, if one is no finite number or the order is broken (wire.md 9.15).</summary>
    public void Validate()
    {
        Require(Gossip <= 0 && double.IsFinite(Gossip), nameof(Gossip), "must be a number of at most 0");
        Require(Publish <= Gossip && double.IsFinite(Publish), nameof(Publish), "must be a number of at most Gossip");
        Require(Graylist <= Publish && double.IsFinite(Graylist), nameof(Graylist), "must be a number of at most Publish");
        NotNegative(AcceptPeerExchange, nameof(AcceptPeerExchange));
        NotNegative(OpportunisticGraft, nameof(OpportunisticGraft));
    }
}
