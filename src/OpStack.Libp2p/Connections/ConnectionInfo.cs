using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>A live connection, as it is at the moment of asking.</summary>
/// <param name="Peer">The proven identity of the remote.</param>
/// <param name="Direction">Who dialled.</param>
/// <param name="RemoteAddress">The remote's address, without /p2p.</param>
/// <param name="OpenedAt">When the handshake ended, UTC.</param>
/// <param name="RoundTripTime">The last round trip measured by the muxer; null before the first.</param>
public sealed record ConnectionInfo(
    PeerId Peer, ConnectionDirection Direction, Multiaddr RemoteAddress, DateTimeOffset OpenedAt, TimeSpan? RoundTripTime);
