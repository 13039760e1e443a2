using System.Net;
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
    PeerId Peer, ConnectionDirection Direction, Multiaddr RemoteAddress, DateTimeOffset OpenedAt, TimeSpan? RoundTripTime)
{
    /// <summary>Distinguishes the connections of one swarm; never given twice, from 1 on.</summary>
    public long Id { get; init; }

    /// <summary>Bytes exchanged so far, muxing and encryption included.</summary>
    public Traffic Traffic { get; init; }

    /// <summary>Streams the remote has open.</summary>
    public int InboundStreams { get; init; }

    /// <summary>Streams of ours that are open.</summary>
    public int OutboundStreams { get; init; }

    /// <summary>The IP address in <see cref="RemoteAddress"/>; null when it has none.</summary>
    public IPAddress? RemoteIp => RemoteAddress.TryGetTcpEndPoint(out IPEndPoint? endPoint) ? endPoint.Address : null;
}
