namespace OpStack.P2P.Peers.Gating;

/// <summary>Settings of <see cref="ConnectionGater"/> (kona's GaterConfig).</summary>
public sealed record GaterConfig
{
    /// <summary>
    /// How often one address of one peer may be dialled until a <see cref="DialPeriod"/> without a dial has passed; 0 for as often as one
    /// likes, null for once. Default 500 (kona-node's --p2p.redial; null in kona's library). Protected peers are exempt.
    /// </summary>
    public int? PeerRedialing { get; init; } = 500;

    /// <summary>
    /// Once an address has rested for longer than this, its count begins anew. Default 1 h (kona). It runs from the last dial: a peer that
    /// is dialled ever and again reaches its threshold however slowly. Positive, at most 365 days.
    /// </summary>
    public TimeSpan DialPeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Peers with a score below it are neither dialled nor let in, once they have said who they are (op-node's gating/scoring.go). Default
    /// null: not asked, as op-node ships it. Protected peers are exempt.
    /// </summary>
    public double? MinScore { get; init; }

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        PeerSettings.Require(PeerRedialing is null or >= 0, nameof(GaterConfig), nameof(PeerRedialing), "null or at least 0");
        PeerSettings.RequireTime(DialPeriod, nameof(GaterConfig), nameof(DialPeriod));
        PeerSettings.Require(MinScore is null || double.IsFinite(MinScore.Value), nameof(GaterConfig), nameof(MinScore), "null or a finite number");
    }
}
