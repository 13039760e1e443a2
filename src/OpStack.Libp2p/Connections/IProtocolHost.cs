using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections;

/// <summary>Which side opened a connection.</summary>
public enum ConnectionDirection
{
    /// <summary>The remote dialled us.</summary>
    Inbound,
    /// <summary>We dialled the remote.</summary>
    Outbound,
}

/// <summary>A stream whose protocol has been agreed.</summary>
/// <param name="Bytes">The stream; the receiver owns it and must dispose it.</param>
/// <param name="Protocol">The agreed protocol id.</param>
/// <param name="Peer">The proven identity of the remote.</param>
/// <param name="Direction">Who opened the connection the stream runs on.</param>
/// <param name="RemoteAddress">The remote's address, without /p2p.</param>
public sealed record ProtocolStream(
    IByteStream Bytes, string Protocol, PeerId Peer, ConnectionDirection Direction, Multiaddr RemoteAddress);

/// <summary>
/// Serves one inbound stream. Runs on its own task; what it throws is logged and resets the stream. The token ends with the connection.
/// </summary>
public delegate Task StreamHandler(ProtocolStream stream, CancellationToken cancellationToken);

/// <summary>Learns of peers coming and going. Calls are in order for one peer, must not block and must not throw.</summary>
public interface IPeerObserver
{
    /// <summary>The first connection to <paramref name="peer"/> is up.</summary>
    void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress);

    /// <summary>The last connection to <paramref name="peer"/> is gone.</summary>
    void OnPeerDisconnected(PeerId peer);

    /// <summary>The peer told (again) who it is and which protocols it speaks.</summary>
    void OnPeerIdentified(PeerId peer, IdentifyInfo info);
}

/// <summary>What the swarm offers to protocols (identify, ping, gossipsub, sync).</summary>
public interface IProtocolHost
{
    /// <summary>Our own peer id.</summary>
    PeerId LocalPeerId { get; }

    /// <summary>Serves inbound streams of <paramref name="protocol"/>; identify lists it from then on.</summary>
    void SetStreamHandler(string protocol, StreamHandler handler);

    /// <summary>
    /// Opens a stream to a connected peer and agrees on the first of <paramref name="protocols"/> both speak.
    /// Throws <see cref="Libp2pException"/>: NotConnected, NegotiationFailed, Timeout, ConnectionClosed, LimitReached.
    /// </summary>
    ValueTask<ProtocolStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken);

    /// <summary>
    /// Connects to <paramref name="peer"/> at one of its addresses; nothing happens when it is connected already. Throws
    /// <see cref="Libp2pException"/> with the reason.
    /// </summary>
    ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken);

    /// <summary>The connections to a peer now; empty for a peer that is not connected.</summary>
    IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer);

    /// <summary>What a connected peer told of itself; null before identify is done.</summary>
    IdentifyInfo? GetIdentifyInfo(PeerId peer);

    /// <summary>Adds an observer; it is told of the peers connected already. Disposing the result removes it.</summary>
    IDisposable Observe(IPeerObserver observer);
}
