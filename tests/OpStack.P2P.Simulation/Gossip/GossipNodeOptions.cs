using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>What makes up a node.</summary>
internal sealed record GossipNodeOptions
{
    /// <summary>Parameters of the router.</summary>
    public GossipsubOptions Gossip { get; init; } = new();

    /// <summary>The newest protocol spoken. Default 1.2; with 1.1 nobody sends IDONTWANT.</summary>
    public GossipsubVersion Version { get; init; } = GossipsubVersion.V12;

    /// <summary>How it scores peers. Default: level Light.</summary>
    public PeerScoreOptions Scoring { get; init; } = new();

    /// <summary>
    /// How long the stateless check of a message takes. Default: 1 ms and 10 ns per byte of the block, which is slower than BlockHandler is;
    /// <see cref="Timeout.InfiniteTimeSpan"/> never returns.
    /// </summary>
    public Func<GossipMessage, TimeSpan> ValidationTime { get; init; } =
        message => TimeSpan.FromMilliseconds(1) + TimeSpan.FromMicroseconds(0.01 * message.Decoded.Body.Length);

    /// <summary>By how much the wall clock is wrong. Default 0.</summary>
    public TimeSpan ClockSkew { get; init; }

    /// <summary>What measures the blocks of the node of a number; null for nothing. Decoding and checks count at whoever does them for all.</summary>
    public Func<int, BlockMeasurements?>? Measurements { get; init; }

    /// <summary>Puts a validator of the host's around, or in place of, the real one. Its checks are not shared. Default: the real one.</summary>
    public Func<IGossipMessageHandler, IGossipMessageHandler>? Validator { get; init; }
}
