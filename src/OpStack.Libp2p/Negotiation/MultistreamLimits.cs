namespace OpStack.Libp2p.Negotiation;

/// <summary>Bounds of multistream-select 1.0.</summary>
internal static class MultistreamLimits
{
    /// <summary>Longest message in bytes, newline included (go-multistream closes above 1024).</summary>
    public const int MaxMessage = 1024;

    /// <summary>Most proposals in one negotiation, ours or the remote's (attack-cases row 21: endless "na").</summary>
    public const int MaxRounds = 32;
}
