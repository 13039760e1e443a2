namespace OpStack.Libp2p.Connections;

/// <summary>
/// How many connections, from whom, how fast, and who has to go when there are too many. Sources: attack-cases.md section 3 (go-libp2p's
/// resource manager and connection limiters), op-node's <c>--p2p.peers.*</c> flags.
/// </summary>
/// <remarks>
/// <para>
/// "Address" below is one IPv4 address, or one IPv6 prefix of <see cref="Ip6PrefixLength"/> bits. Loopback is exempt from what is counted
/// per address (<see cref="MaxPerAddress"/>, <see cref="AddressBurst"/>), as in go-libp2p: it is this machine, and devnets run many nodes
/// on it. All else holds for it too, the total and half-open limits among it. Behind a proxy that makes every peer come from 127.0.0.1 the
/// limits per address are therefore void.
/// </para>
/// <para>
/// Inbound connections cannot crowd out our own: they have a limit of their own, below the total by at least <see cref="OutboundReserve"/>;
/// they do not count against ours at one address; one that arrives when its limit is reached can only take the place of another inbound
/// one; and a trim never takes the <see cref="OutboundReserve"/> outbound connections that are worth most.
/// </para>
/// </remarks>
public sealed record ConnectionLimits
{
    private const long FirstWindow = 256 * 1024;

    /// <summary>Connections in all. Default 128 (go-libp2p rcmgr, system).</summary>
    public int MaxConnections { get; init; } = 128;

    /// <summary>
    /// Inbound connections. Default 64 (go-libp2p rcmgr, system inbound). At most <see cref="MaxConnections"/> −
    /// <see cref="OutboundReserve"/>.
    /// </summary>
    public int MaxInbound { get; init; } = 64;

    /// <summary>Outbound connections. Default 128 (go-libp2p rcmgr, system outbound).</summary>
    public int MaxOutbound { get; init; } = 128;

    /// <summary>
    /// Inbound connections whose handshake has not ended. Default 32 (go-libp2p rcmgr, transient inbound). At the limit a newcomer takes
    /// the place of the oldest of the address that has most of them, which is the likeliest to be stalling.
    /// </summary>
    public int MaxHalfOpenInbound { get; init; } = 32;

    /// <summary>
    /// Connections and inbound handshakes of one address, both directions; ours are refused only for so many of ours. Default 8 (go-libp2p
    /// conn_limiter). Not for loopback.
    /// </summary>
    public int MaxPerAddress { get; init; } = 8;

    /// <summary>
    /// The IPv6 prefix that counts as one address, 32 to 128 bits. Default 56 (go-libp2p): a customer is given a /56 or more, and 256 times
    /// the limit of a /64 with it, so a limit per /64 would bind nobody. Every /64 and every single address in it is bound as well.
    /// </summary>
    public int Ip6PrefixLength { get; init; } = 56;

    /// <summary>
    /// Connections one address may open at once, before <see cref="AddressInterval"/> rules. Default 16 (go-libp2p conn_rate_limiter). Not
    /// for loopback.
    /// </summary>
    public int AddressBurst { get; init; } = 16;

    /// <summary>
    /// Then one more per this time. Default 5 s, which is 0.2/s (go-libp2p conn_rate_limiter). Refused before any byte is read.
    /// </summary>
    public TimeSpan AddressInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Addresses whose rate is remembered; the one seen longest ago is forgotten first. Default 4,096 (ours; about 1 MB).
    /// </summary>
    public int MaxRatedAddresses { get; init; } = 4096;

    /// <summary>Connections to one peer. Default 8 (go-libp2p rcmgr).</summary>
    public int MaxPerPeer { get; init; } = 8;

    /// <summary>Streams one peer may have open over all its connections. Default 256 (go-libp2p rcmgr); more are reset.</summary>
    public int MaxInboundStreamsPerPeer { get; init; } = 256;

    /// <summary>
    /// Streams we may have open to one peer over all its connections. Default 256 (go-libp2p's 512 in all less the inbound ones).
    /// </summary>
    public int MaxOutboundStreamsPerPeer { get; init; } = 256;

    /// <summary>
    /// Bytes that the receive windows of one peer's streams may come to over all its connections: what it can make us hold. Default 64 MiB
    /// (go-libp2p rcmgr). Windows grow up to half of it; a stream that finds no room for its first 256 KiB is refused.
    /// </summary>
    public long MemoryPerPeer { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// A trim goes down to so many connections. Default 20 (op-node <c>--p2p.peers.lo</c>). Below it, or below
    /// <see cref="OutboundReserve"/>, we want to dial.
    /// </summary>
    public int LowWater { get; init; } = 20;

    /// <summary>
    /// So many connections bring a trim about. Default 30 (op-node <c>--p2p.peers.hi</c>). Not a limit: until the next check there may be
    /// more.
    /// </summary>
    public int HighWater { get; init; } = 30;

    /// <summary>Connections younger than this are not trimmed. Default 30 s (op-node <c>--p2p.peers.grace</c>).</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Between two checks of the water marks. Default 1 min (op-node's silence period). Reaching <see cref="MaxConnections"/> or
    /// <see cref="MaxInbound"/> brings a check about at once.
    /// </summary>
    public TimeSpan TrimInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Outbound connections that no trim takes, the ones worth most. Default 10 (ours: half of the low water). At most
    /// <see cref="LowWater"/>.
    /// </summary>
    public int OutboundReserve { get; init; } = 10;

    /// <summary>Peers not connected whose tags are kept; the one tagged longest ago is forgotten first. Default 4,096 (ours).</summary>
    public int MaxTaggedPeers { get; init; } = 4096;

    /// <summary>
    /// Connection attempts of ours at once, and name look-ups at once. Default 16 (attack-cases.md row 32; go-libp2p 160).
    /// </summary>
    public int MaxDials { get; init; } = 16;

    /// <summary>Dials of peers waiting for their turn; more fail with LimitReached. Default 256 (ours).</summary>
    public int MaxQueuedDials { get; init; } = 256;

    /// <summary>
    /// How long an address is left alone after its first failure; doubled with every further one. Default 5 s (go-libp2p).
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest such time. Default 5 min (go-libp2p).</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Addresses whose failures are remembered; the one that failed longest ago is forgotten first. Default 4,096 (ours).
    /// </summary>
    public int MaxBackoffs { get; init; } = 4096;

    /// <summary>The same for other water marks: the limits make room above them, and the reserve fits below.</summary>
    /// <param name="low">As <see cref="LowWater"/>.</param>
    /// <param name="high">As <see cref="HighWater"/>; at most 500,000.</param>
    public ConnectionLimits WithWater(int low, int high) => this with
    {
        LowWater = low,
        HighWater = high,
        MaxConnections = Math.Max(MaxConnections, 2 * high),
        MaxInbound = Math.Max(MaxInbound, high),
        MaxOutbound = Math.Max(MaxOutbound, 2 * high),
        OutboundReserve = Math.Min(OutboundReserve, low),
    };

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        RequireCounts();
        RequireTime(AddressInterval, nameof(AddressInterval));
        RequireTime(TrimInterval, nameof(TrimInterval));
        RequireTime(BackoffBase, nameof(BackoffBase));
        RequireTime(BackoffMax, nameof(BackoffMax));
        Require(Grace >= TimeSpan.Zero && Grace <= TimeSpan.FromDays(1), nameof(Grace), "must be between zero and a day");
        Require(BackoffBase <= BackoffMax, nameof(BackoffBase), $"must not exceed {nameof(BackoffMax)}");
        Require(Ip6PrefixLength is >= 32 and <= 128, nameof(Ip6PrefixLength), "must be between 32 and 128");
        Require(MemoryPerPeer >= FirstWindow, nameof(MemoryPerPeer), $"must be at least {FirstWindow}, the window of one stream");
        Require(OutboundReserve >= 0 && OutboundReserve <= LowWater, nameof(OutboundReserve), $"must be between 0 and {nameof(LowWater)}");
        Require(LowWater <= HighWater, nameof(LowWater), $"must not exceed {nameof(HighWater)}");
        Require(HighWater <= MaxConnections, nameof(HighWater), $"must not exceed {nameof(MaxConnections)}");
        Require(MaxOutbound <= MaxConnections, nameof(MaxOutbound), $"must not exceed {nameof(MaxConnections)}");
        Require(MaxOutbound >= OutboundReserve, nameof(MaxOutbound), $"must be at least {nameof(OutboundReserve)}");
        Require(MaxInbound <= MaxConnections - OutboundReserve, nameof(MaxInbound), $"must leave {nameof(OutboundReserve)} of {nameof(MaxConnections)} free");
    }

    private void RequireCounts()
    {
        RequireCount(MaxConnections, nameof(MaxConnections));
        RequireCount(MaxInbound, nameof(MaxInbound), least: 0);
        RequireCount(MaxOutbound, nameof(MaxOutbound), least: 0);
        RequireCount(MaxHalfOpenInbound, nameof(MaxHalfOpenInbound));
        RequireCount(MaxPerAddress, nameof(MaxPerAddress));
        RequireCount(AddressBurst, nameof(AddressBurst));
        RequireCount(MaxRatedAddresses, nameof(MaxRatedAddresses));
        RequireCount(MaxPerPeer, nameof(MaxPerPeer));
        RequireCount(MaxInboundStreamsPerPeer, nameof(MaxInboundStreamsPerPeer));
        RequireCount(MaxOutboundStreamsPerPeer, nameof(MaxOutboundStreamsPerPeer));
        RequireCount(LowWater, nameof(LowWater));
        RequireCount(HighWater, nameof(HighWater));
        RequireCount(MaxTaggedPeers, nameof(MaxTaggedPeers));
        RequireCount(MaxDials, nameof(MaxDials));
        RequireCount(MaxQueuedDials, nameof(MaxQueuedDials), least: 0);
        RequireCount(MaxBackoffs, nameof(MaxBackoffs));
    }

    private static void RequireCount(int value, string name, int least = 1) =>
        Require(value >= least && value <= 1_000_000, name, $"must be between {least} and 1,000,000, not {value}");

    private static void RequireTime(TimeSpan value, string name) =>
        Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), name, $"must be positive and at most a day, not {value}");

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(ConnectionLimits)}.{name} {rule}.", name);
        }
    }
}
