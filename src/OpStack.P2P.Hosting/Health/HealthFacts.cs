using OpStack.Discv5;

namespace OpStack.P2P.Hosting.Health;

/// <summary>What the health of a running node is judged by.</summary>
/// <param name="BlockTime">Of the chain.</param>
/// <param name="DegradedAfter">In block times (<see cref="P2POptions.HealthDegradedAfter"/>).</param>
/// <param name="UnhealthyAfter">In block times (<see cref="P2POptions.HealthUnhealthyAfter"/>).</param>
/// <param name="Up">How long it runs.</param>
/// <param name="Peers">Connected now.</param>
/// <param name="SinceBlock">Since the last valid block, ours included; null before the first.</param>
/// <param name="IsDiscoveryWanted">Whether peers are looked for.</param>
/// <param name="Discovery">How discovery does; null while it is begun anew.</param>
/// <param name="Parts">How each part does.</param>
internal sealed record HealthFacts(
    TimeSpan BlockTime,
    int DegradedAfter,
    int UnhealthyAfter,
    TimeSpan Up,
    int Peers,
    TimeSpan? SinceBlock,
    bool IsDiscoveryWanted,
    Discv5Health? Discovery,
    IReadOnlyList<PartStatus> Parts)
{
    /// <summary>How long no block has come, since the start at most.</summary>
    public TimeSpan Silence => SinceBlock is { } since && since < Up ? since : Up;
}
