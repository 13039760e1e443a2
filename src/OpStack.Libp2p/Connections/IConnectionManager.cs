using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// What a host needs to keep its connections in hand: who is connected and how much they transfer, who must stay, who is worth more, and
/// who has to go. <see cref="Swarm"/> implements it. Any thread.
/// </summary>
public interface IConnectionManager
{
    /// <summary>The connections open now.</summary>
    IReadOnlyList<ConnectionInfo> Connections { get; }

    /// <summary>
    /// True while we should dial: fewer than <see cref="ConnectionLimits.LowWater"/> connections are open, or fewer than
    /// <see cref="ConnectionLimits.OutboundReserve"/> of ours. The second part is what keeps inbound connections from stopping our dials: a
    /// loop that looks only at the total is an eclipse waiting to happen.
    /// </summary>
    bool WantsOutbound { get; }

    /// <summary>Counts since the swarm was made, and what is under way now.</summary>
    SwarmStatistics Statistics { get; }

    /// <summary>
    /// Bytes of every protocol since the swarm was made, over all peers: payload of streams after their negotiation, without muxing and
    /// encryption. The keys are protocols that were agreed on, so a peer cannot add to them.
    /// </summary>
    IReadOnlyDictionary<string, Traffic> TrafficByProtocol { get; }

    /// <summary>
    /// Bytes exchanged with a connected peer since its first connection, over all its connections and including muxing and encryption; zero
    /// for a peer that is not connected. What a closed connection transferred is told by
    /// <see cref="IConnectionObserver.OnConnectionClosed"/>.
    /// </summary>
    Traffic GetTraffic(PeerId peer);

    /// <summary>The same of a connected peer by protocol: payload of streams; empty for a peer that is not connected.</summary>
    IReadOnlyDictionary<string, Traffic> GetTrafficByProtocol(PeerId peer);

    /// <summary>
    /// Keeps <paramref name="peer"/> from being trimmed or displaced until <see cref="Unprotect"/> with the same tag; connected or not. The
    /// gate stands above it. Only the host adds to this list, and it is not bounded.
    /// </summary>
    void Protect(PeerId peer, string tag);

    /// <summary>Ends one protection; true when another one is left.</summary>
    bool Unprotect(PeerId peer, string tag);

    /// <summary>Whether a protection stands; with <paramref name="tag"/>, that one.</summary>
    bool IsProtected(PeerId peer, string? tag = null);

    /// <summary>
    /// Says what the peer is worth: trimming takes the lowest sum of values first. Replaces the value of the same tag. Kept for connected
    /// peers, and for the <see cref="ConnectionLimits.MaxTaggedPeers"/> others tagged last. Throws <see cref="Libp2pException"/>
    /// (LimitReached) beyond 32 tags of one peer.
    /// </summary>
    void SetTag(PeerId peer, string tag, int value);

    /// <summary>Takes the value of a tag away.</summary>
    void RemoveTag(PeerId peer, string tag);

    /// <summary>The sum of the peer's values; 0 without any.</summary>
    int GetValue(PeerId peer);

    /// <summary>
    /// Closes every connection to a peer, protected or not; they have left the table when the call returns, and are closed when its task
    /// ends (at most twice the muxer's 5 s).
    /// </summary>
    ValueTask DisconnectAsync(PeerId peer, ConnectionCloseReason reason = ConnectionCloseReason.Requested);

    /// <summary>The same for every connection from or to an address, its handshakes under way included.</summary>
    ValueTask DisconnectAsync(IPAddress address, ConnectionCloseReason reason = ConnectionCloseReason.Requested);

    /// <summary>The same for every connection from or to a subnet, its handshakes under way included.</summary>
    ValueTask DisconnectAsync(IPNetwork subnet, ConnectionCloseReason reason = ConnectionCloseReason.Requested);

    /// <summary>Adds an observer of connections; it is told of those open already. Disposing the result removes it.</summary>
    IDisposable ObserveConnections(IConnectionObserver observer);
}
