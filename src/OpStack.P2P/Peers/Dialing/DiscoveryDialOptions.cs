namespace OpStack.P2P.Peers.Dialing;

/// <summary>The pace at which peers that discovery found, or that are remembered, are dialled (op-node p2p/discovery.go).</summary>
public sealed record DiscoveryDialOptions
{
    /// <summary>Between two rounds of dials while we want peers. Default 5 s. 10 ms to a day.</summary>
    public TimeSpan FastInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks whether we want peers, once we have enough. Default 20 s. 10 ms to a day.</summary>
    public TimeSpan SlowInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Dials at once. Default 4. 1 to 16.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>For one dial, all addresses of the peer. Default 10 s. 10 ms to a day.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A round begins no dial after this time. Default 30 s. 10 ms to a day.</summary>
    public TimeSpan RoundTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        PeerSettings.RequireInterval(FastInterval, nameof(DiscoveryDialOptions), nameof(FastInterval));
        PeerSettings.RequireInterval(SlowInterval, nameof(DiscoveryDialOptions), nameof(SlowInterval));
        PeerSettings.Require(Workers is >= 1 and <= 16, nameof(DiscoveryDialOptions), nameof(Workers), "1 to 16");
        PeerSettings.RequireInterval(DialTimeout, nameof(DiscoveryDialOptions), nameof(DialTimeout));
        PeerSettings.RequireInterval(RoundTimeout, nameof(DiscoveryDialOptions), nameof(RoundTimeout));
    }
}
