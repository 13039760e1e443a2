namespace OpStack.Discv5.Filter;

/// <summary>
/// Every bound of the packet filter, the ban list and the address vote, with its source. Those that are options too (<see cref="FilterOptions"/>) are
/// the defaults.
/// </summary>
internal static class FilterLimits
{
    /// <summary>Unsolicited packets per second, and at once, from one address. attack-cases.md section 3; sigp's default.</summary>
    public const int PacketsPerAddress = 9;

    /// <summary>
    /// Unsolicited packets per second, and at once, from one node at one address. attack-cases.md section 3; sigp's default.
    /// </summary>
    public const int PacketsPerNode = 8;

    /// <summary>WHOAREYOUs per second, and at once, to everybody together. attack-cases.md section 3.</summary>
    public const int Challenges = 500;

    /// <summary>Bytes of unsolicited datagrams read per second, and at once. Consensys trafficReadLimit; attack-cases.md section 3.</summary>
    public const int ReadBudget = 250_000;

    /// <summary>Addresses whose rate is kept. More than sigp's 500, so that a flood from one /24 and a busy network fit. Ours.</summary>
    public const int MaxRatedAddresses = 4096;

    /// <summary>Nodes whose rate is kept. Ours.</summary>
    public const int MaxRatedNodes = 4096;

    /// <summary>Addresses whose node ids are remembered. sigp KNOWN_ADDRS_SIZE.</summary>
    public const int MaxKnownAddresses = 500;

    /// <summary>Endpoints an answer is expected from: above what the requests in flight can need. Ours.</summary>
    public const int MaxExpectedEndpoints = 4096;

    /// <summary>
    /// Packets that pass the rates for each request in flight to their endpoint: up to 15 NODES, which is what sigp takes, and a WHOAREYOU. Ours: sigp
    /// lets any number pass.
    /// </summary>
    public const int PacketsPerRequest = 16;

    /// <summary>Distinct node ids proven from one address that ban it. wire.md section 11.8.</summary>
    public const int MaxNodesPerAddress = 10;

    /// <summary>Banned nodes on one address that ban it. wire.md section 11.8.</summary>
    public const int MaxBannedNodesPerAddress = 5;

    /// <summary>Bans of nodes kept, and of addresses; above it the one that ends first goes. Ours.</summary>
    public const int MaxBans = 4096;

    /// <summary>CIDR ranges of one list of allowed networks. Configuration, so only a guard. Ours.</summary>
    public const int MaxNetworks = 1024;

    /// <summary>How long a ban for misbehaviour lasts, and how long a node id counts for its address. sigp ban_duration.</summary>
    public static readonly TimeSpan BanDuration = TimeSpan.FromHours(1);

    /// <summary>Votes an external address needs. wire.md section 11.7: the same in geth and sigp.</summary>
    public const int MinVotes = 10;

    /// <summary>The least that may be configured in its place: one liar must not decide. sigp's rule.</summary>
    public const int LeastMinVotes = 2;

    /// <summary>Votes kept per address family; above it the oldest goes. Ours.</summary>
    public const int MaxVotes = 512;

    /// <summary>Hosts of strangers that must reach us at a new address. sigp NUMBER_OF_INCOMING_CONNECTIONS_REQUIRED_TO_BE_VALID.</summary>
    public const int TrialWitnesses = 2;

    /// <summary>How long they have. sigp auto_nat_listen_duration.</summary>
    public static readonly TimeSpan TrialDuration = TimeSpan.FromMinutes(5);

    /// <summary>How long no votes count after they did not come. sigp DURATION_UNTIL_NEXT_CONNECTIVITY_ATTEMPT.</summary>
    public static readonly TimeSpan TrialPause = TimeSpan.FromHours(6);

    /// <summary>How long a vote counts. sigp's 120 s (geth: 5 min).</summary>
    public static readonly TimeSpan VoteLifetime = TimeSpan.FromSeconds(120);
}
