namespace OpStack.Discv5.Filter;

/// <summary>
/// Rates and bans of the packet filter. Loopback and LAN hosts, and endpoints an answer is awaited from, are exempt from every rate; local hosts also
/// from what bans an address. Bans of the host and <see cref="Discv5Options.NetRestrict"/> hold in any case.
/// </summary>
public sealed record FilterOptions
{
    /// <summary>Whether the rates per address and per node hold. Default true; sigp's filter is off by default.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>Unsolicited packets per second, and at once, from one address (IPv6: one /64). Default 9 (sigp); 1 to 100,000.</summary>
    public int PacketsPerAddress { get; init; } = FilterLimits.PacketsPerAddress;

    /// <summary>Unsolicited packets per second, and at once, from one node at one address. Default 8 (sigp); 1 to 100,000.</summary>
    public int PacketsPerNode { get; init; } = FilterLimits.PacketsPerNode;

    /// <summary>
    /// WHOAREYOUs per second, and at once, to everybody together, local hosts included. Default 500; 1 to 100,000. sigp's total of 10 is off by
    /// default, and would let one attacker starve everyone.
    /// </summary>
    public int Challenges { get; init; } = FilterLimits.Challenges;

    /// <summary>
    /// Bytes of unsolicited datagrams read per second, and at once, from everybody together; what is beyond is dropped unread. Default 250,000
    /// (Consensys' trafficReadLimit); 1,280 to 10,000,000, or null for no limit.
    /// </summary>
    public int? ReadBudget { get; init; } = FilterLimits.ReadBudget;

    /// <summary>Distinct node ids proven from one address within <see cref="BanDuration"/> that ban it. Default 10 (sigp); 2 to 1,000.</summary>
    public int MaxNodesPerAddress { get; init; } = FilterLimits.MaxNodesPerAddress;

    /// <summary>Banned nodes on one address that ban it. Default 5 (sigp); 2 to 1,000.</summary>
    public int MaxBannedNodesPerAddress { get; init; } = FilterLimits.MaxBannedNodesPerAddress;

    /// <summary>How long a ban for misbehaviour lasts. Default 1 h (sigp); 1 s to 365 days.</summary>
    public TimeSpan BanDuration { get; init; } = FilterLimits.BanDuration;

    internal void Validate(string name)
    {
        OptionCheck.Between(PacketsPerAddress, 1, 100_000, $"{name}.{nameof(PacketsPerAddress)}");
        OptionCheck.Between(PacketsPerNode, 1, 100_000, $"{name}.{nameof(PacketsPerNode)}");
        OptionCheck.Between(Challenges, 1, 100_000, $"{name}.{nameof(Challenges)}");
        OptionCheck.Between(ReadBudget ?? FilterLimits.ReadBudget, 1_280, 10_000_000, $"{name}.{nameof(ReadBudget)}");
        OptionCheck.Between(MaxNodesPerAddress, 2, 1_000, $"{name}.{nameof(MaxNodesPerAddress)}");
        OptionCheck.Between(MaxBannedNodesPerAddress, 2, 1_000, $"{name}.{nameof(MaxBannedNodesPerAddress)}");
        OptionCheck.Between(BanDuration, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), $"{name}.{nameof(BanDuration)}");
    }
}
