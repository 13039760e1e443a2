namespace OpStack.P2P.Discovery;

/// <summary>Bounds and times of the discovery driver, under the names of kona's disc/driver.rs and disc/builder.rs.</summary>
internal static class DiscoveryLimits
{
    /// <summary>Records waiting for the host; over that the oldest is dropped and counted (kona's channel has as many).</summary>
    public const int MaxWaitingEnrs = 1024;

    /// <summary>
    /// Inputs waiting for the driver's loop; events of the network wait for room, ticks of a timer are left out. Own choice.
    /// </summary>
    public const int MaxInputs = 1024;

    /// <summary>A random entry is evicted only from a table with more nodes than this (kona).</summary>
    public const int EvictionFloor = 20;

    /// <summary>Boot nodes asked for their records at once. Own choice.</summary>
    public const int ParallelBootRequests = 8;

    /// <summary>For the host name of a node to be looked up: what a dial waits for one (op-node --p2p.timeout.dial).</summary>
    public static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Between two rounds of asking the boot nodes while the table is empty. Own choice.</summary>
    public static readonly TimeSpan BootstrapInterval = TimeSpan.FromSeconds(30);

    /// <summary>Default time between random lookups (kona, op-node's fast interval).</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Default time between saves of the boot store (kona).</summary>
    public static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(60);

    /// <summary>Shortest interval of any kind. Own choice: lookups at a higher rate get us banned by sigp's packet filter.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest interval of any kind: what a timer can count.</summary>
    public static readonly TimeSpan MaxInterval = TimeSpan.FromDays(49);

    /// <summary>How long disposal waits for the last look at the table. Own choice.</summary>
    public static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(5);
}
