namespace OpStack.P2P.Node;

/// <summary>Bounds and times of a <see cref="Network"/>.</summary>
internal static class NetworkLimits
{
    /// <summary>
    /// Unsafe blocks between the gossip driver and the host; more wait in the driver's own queue, which drops the oldest.
    /// </summary>
    public const int MaxUnsafeBlocks = 1;

    /// <summary>Unsafe blocks remembered for whoever watches: eight minutes of blocks every two seconds. Own choice.</summary>
    public const int MaxRecentBlocks = 256;

    /// <summary>Payloads waiting to be signed and gossiped (kona NetworkInboundData).</summary>
    public const int MaxPayloads = 256;

    /// <summary>Changes of the unsafe block signer that wait (kona NetworkInboundData).</summary>
    public const int MaxSignerUpdates = 16;

    /// <summary>Longest block time of a chain, in seconds. Own choice: op-node's have 1 or 2.</summary>
    public const ulong MaxBlockTime = 3600;

    /// <summary>
    /// For one block to be signed, whatever the signer does: later every peer would refuse it for its age (op-node's gossip timestamp threshold).
    /// </summary>
    public static readonly TimeSpan SignTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the stop waits for all loops, which were cancelled at once: one that is stuck in code of the host's is left behind. Own choice.
    /// </summary>
    public static readonly TimeSpan LoopStopTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at the health of discovery. Own choice.</summary>
    public static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(15);

    /// <summary>First pause before discovery is begun anew after it could not be, or a signer asked again that is down; doubled each time.</summary>
    public static readonly TimeSpan FirstRestartPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause. Own choice.</summary>
    public static readonly TimeSpan LastRestartPause = TimeSpan.FromMinutes(1);

    /// <summary>The pause after this one.</summary>
    public static TimeSpan RestartPauseAfter(TimeSpan pause) => pause * 2 < LastRestartPause ? pause * 2 : LastRestartPause;

    /// <summary>Between two samples of what only the loops may read, for metrics. Own choice: less than any interval of collection.</summary>
    public static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old a copy of the counters of swarm and streams may be that metrics share. Own choice: longer than a collection takes, much shorter than any
    /// interval of collection.
    /// </summary>
    public static readonly TimeSpan ReadingAge = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two looks at all scores, for metrics (op-node: 15 s).</summary>
    public static readonly TimeSpan ScoreInterval = TimeSpan.FromSeconds(15);

    /// <summary>Between two reads of the unsafe block signer until the first one succeeds (op-node initRuntimeConfig).</summary>
    public static readonly TimeSpan SignerSourceRetry = TimeSpan.FromSeconds(10);
}
