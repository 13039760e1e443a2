using OpStack.P2P.Gossip;

namespace OpStack.P2P;

/// <summary>Settings of <see cref="BlockHandler"/>.</summary>
public sealed record BlockHandlerOptions
{
    /// <summary>
    /// How old a block may be to be accepted; counted in whole seconds, at least zero (default: 60 s). A sequencer that publishes after a
    /// stall needs more.
    /// </summary>
    public TimeSpan TimestampThreshold { get; init; } = GossipLimits.TimestampThreshold;
}
