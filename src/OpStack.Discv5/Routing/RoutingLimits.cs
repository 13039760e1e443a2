namespace OpStack.Discv5.Routing;

/// <summary>
/// Every bound of the routing table, with its source (wire.md section 11.5 unless said otherwise). Those that are options too
/// (<see cref="RoutingOptions"/>) are the defaults.
/// </summary>
internal static class RoutingLimits
{
    /// <summary>Buckets: one per logarithmic distance 1 to 256, as in sigp. geth folds the lower 240 into one.</summary>
    public const int Buckets = 256;

    /// <summary>Nodes per bucket: Kademlia's k.</summary>
    public const int BucketSize = 16;

    /// <summary>Nodes waiting for a place per bucket. geth maxReplacements.</summary>
    public const int Replacements = 10;

    /// <summary>Nodes and replacements of one bucket that share an IPv4 /24 or IPv6 /48. geth bucketIPLimit, which under IPv6 too looks at 24 bits.</summary>
    public const int SubnetPerBucket = 2;

    /// <summary>Nodes and replacements of the whole table that share an IPv4 /24 or IPv6 /48. geth tableIPLimit.</summary>
    public const int SubnetPerTable = 10;

    /// <summary>Consecutive FINDNODEs without a useful answer that remove a node. geth maxFindnodeFailures.</summary>
    public const int MaxFindFailures = 5;

    /// <summary>Nodes a bucket must have for that removal: small networks keep what they have. geth bucketSize/4.</summary>
    public const int MinEntriesForRemoval = BucketSize / 4;

    /// <summary>What the count of good checks is divided by when one fails. wire.md section 11.5 (geth).</summary>
    public const int FailedCheckDivisor = 3;

    /// <summary>Nodes that contacted us and wait for our PING. Ours: a few seconds' worth at <see cref="CandidateInterval"/>.</summary>
    public const int MaxCandidates = 64;

    /// <summary>Between two PINGs to nodes that contacted us. Ours: 10 a second.</summary>
    public static readonly TimeSpan CandidateInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How much slower a live node is pinged. geth.</summary>
    public const int SlowFactor = 3;

    /// <summary>A node that is not proven live, any of them, is pinged every 0 to this. geth PingInterval.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(3);
}
