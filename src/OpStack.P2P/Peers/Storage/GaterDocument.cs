namespace OpStack.P2P.Peers.Storage;

/// <summary>gater.json as it stands in the file. Times are unix milliseconds.</summary>
internal sealed record GaterDocument
{
    /// <summary>The version written and read.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; }

    public long SavedAt { get; init; }

    public IReadOnlyList<string?>? BlockedPeers { get; init; }

    public IReadOnlyList<string?>? BlockedAddrs { get; init; }

    public IReadOnlyList<string?>? BlockedSubnets { get; init; }

    public IReadOnlyList<string?>? ProtectedPeers { get; init; }

    public IReadOnlyList<BanEntry?>? Bans { get; init; }
}

internal sealed record BanEntry
{
    public string? Peer { get; init; }

    public string? Address { get; init; }

    public string? Reason { get; init; }

    public long BannedAt { get; init; }

    public long ExpiresAt { get; init; }
}
