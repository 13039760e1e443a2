namespace OpStack.P2P.Peers.Storage;

/// <summary>What is remembered of peers, for how long, and where.</summary>
public sealed record PeerStoreOptions
{
    /// <summary>
    /// The directory of <c>peers.json</c> and <c>gater.json</c>, made when needed; one node's alone. Default null: nothing outlives the
    /// process (op-node's "memory").
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>
    /// Between two saves of what has changed; a process that is killed loses at most this. Blocks and bans are saved at once. Default 60 s
    /// (kona's boot store). 10 ms to a day.
    /// </summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long an address is kept after it was last heard of. Default 24 h (op-node discoveredAddrTTL). Positive, at most 365 days.
    /// </summary>
    public TimeSpan AddressTtl { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The same for addresses of static peers. Default 7 days (op-node).</summary>
    public TimeSpan StaticAddressTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a peer is kept after it was last seen. Default 7 days (op-node's metadata book). Positive, at most 365 days.
    /// </summary>
    public TimeSpan PeerRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        PeerSettings.Require(
            Directory is null || !string.IsNullOrWhiteSpace(Directory), nameof(PeerStoreOptions), nameof(Directory), "null or a path");
        PeerSettings.RequireInterval(SaveInterval, nameof(PeerStoreOptions), nameof(SaveInterval));
        PeerSettings.RequireTime(AddressTtl, nameof(PeerStoreOptions), nameof(AddressTtl));
        PeerSettings.RequireTime(StaticAddressTtl, nameof(PeerStoreOptions), nameof(StaticAddressTtl));
        PeerSettings.RequireTime(PeerRetention, nameof(PeerStoreOptions), nameof(PeerRetention));
    }
}
