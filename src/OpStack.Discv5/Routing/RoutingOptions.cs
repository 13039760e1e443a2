namespace OpStack.Discv5.Routing;

/// <summary>
/// Bounds and pace of the routing table. Its 256 buckets of 16 nodes are the protocol's and no options. Networks are an IPv4 /24 or an IPv6 /48; those
/// of loopback and LAN hosts do not count.
/// </summary>
public sealed record RoutingOptions
{
    /// <summary>Nodes and replacements of one bucket that share a network. Default 2 (geth bucketIPLimit); 1 to 1,000.</summary>
    public int SubnetPerBucket { get; init; } = RoutingLimits.SubnetPerBucket;

    /// <summary>Nodes and replacements of the whole table that share a network. Default 10 (geth tableIPLimit); 1 to 100,000.</summary>
    public int SubnetPerTable { get; init; } = RoutingLimits.SubnetPerTable;

    /// <summary>Nodes waiting for a place per bucket. Default 10 (geth maxReplacements); 1 to 100.</summary>
    public int Replacements { get; init; } = RoutingLimits.Replacements;

    /// <summary>
    /// A node that is not proven live, any of them, is pinged every 0 to this, a live one every 0 to three times this. Default 3 s (geth
    /// PingInterval); 100 ms to 1 h.
    /// </summary>
    public TimeSpan PingInterval { get; init; } = RoutingLimits.PingInterval;

    internal void Validate(string name)
    {
        OptionCheck.Between(SubnetPerBucket, 1, 1_000, $"{name}.{nameof(SubnetPerBucket)}");
        OptionCheck.Between(SubnetPerTable, 1, 100_000, $"{name}.{nameof(SubnetPerTable)}");
        OptionCheck.Between(Replacements, 1, 100, $"{name}.{nameof(Replacements)}");
        OptionCheck.Between(PingInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), $"{name}.{nameof(PingInterval)}");
    }
}
