using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// What is known of one peer at one moment. Texts are the peer's own claims: cut, and with '?' for what is not printable ASCII.
/// </summary>
/// <param name="Peer">Its id.</param>
public sealed record StoredPeer(PeerId Peer)
{
    /// <summary>Where it may be reached, the most trustworthy first; at most 8, without /p2p.</summary>
    public IReadOnlyList<StoredAddress> Addresses { get; init; } = [];

    /// <summary>Its agent, at most 128 characters; "" before identify.</summary>
    public string AgentVersion { get; init; } = "";

    /// <summary>Its protocol version, at most 64 characters; "" before identify.</summary>
    public string ProtocolVersion { get; init; } = "";

    /// <summary>Its protocols: at most 24 of at most 80 characters, longer ones are left out.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>The newest record of it that discovery found; null without one.</summary>
    public Enr? Record { get; init; }

    /// <summary>Moving average of its round trips, each new one counting a tenth (go-libp2p); null before the first.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Its score as last told; null without one, or when it has expired.</summary>
    public StoredScore? Score { get; init; }

    /// <summary>When it was first heard of, UTC.</summary>
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>When it was last heard of or connected, UTC.</summary>
    public DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When it connected last, UTC; null when it never did.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When it was gone last, UTC; null when it never was.</summary>
    public DateTimeOffset? DisconnectedAt { get; init; }

    /// <summary>Who dialled, of the first connection at <see cref="ConnectedAt"/>; null when it never was connected.</summary>
    public ConnectionDirection? Direction { get; init; }

    /// <summary>Connections open now.</summary>
    public int Connections { get; init; }

    /// <summary>Whether it is connected now.</summary>
    public bool IsConnected => Connections > 0;
}
