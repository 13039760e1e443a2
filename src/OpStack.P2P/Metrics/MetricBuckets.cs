namespace OpStack.P2P.Metrics;

/// <summary>Bucket bounds of the histograms.</summary>
internal static class MetricBuckets
{
    /// <summary>Work of the processor on one block, in seconds: 50 microseconds to the 3 s after which a verdict is too late.</summary>
    public static readonly double[] Work = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 3];

    /// <summary>From a block's timestamp to its arrival, in seconds. Below 0 are blocks of a sequencer whose clock, or that of ours, is off.</summary>
    public static readonly double[] Delivery = [0, 0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 60];

    /// <summary>An exchange with a peer, in seconds, up to the deadlines of such.</summary>
    public static readonly double[] Exchange = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Lives of connections, in seconds: one second to a week.</summary>
    public static readonly double[] Life = [1, 10, 60, 300, 1_800, 3_600, 14_400, 43_200, 86_400, 604_800];

    /// <summary>A call that may wait for a peer, or a file, in seconds.</summary>
    public static readonly double[] Call = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

    /// <summary>op-node's (metrics.go, peer_scores).</summary>
    public static readonly double[] Score = [-100, -40, -20, -10, -5, -2, -1, -0.5, -0.05, 0, 0.05, 0.5, 1, 2, 5, 10, 20, 40];
}
