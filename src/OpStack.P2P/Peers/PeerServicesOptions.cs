using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Metrics;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;

namespace OpStack.P2P.Peers;

/// <summary>What a host may set about its peers; checked. The builder documents each.</summary>
internal sealed record PeerServicesOptions
{
    public required ulong ChainId { get; init; }

    public required ConnectionLimits Limits { get; init; }

    /// <summary>Null for no bans by score.</summary>
    public PeerMonitoring? Monitoring { get; init; } = new();

    /// <summary>Null for those of the store.</summary>
    public IPeerScores? Scores { get; init; }

    public IReadOnlyList<Multiaddr> StaticPeers { get; init; } = [];

    /// <summary>Whether round trips are measured.</summary>
    public bool Pings { get; init; } = true;

    /// <summary>Told of round trips; null for nobody.</summary>
    public PingMeasurements? PingMeasurements { get; init; }

    public DiscoveryDialOptions Discovery { get; init; } = new();
}
