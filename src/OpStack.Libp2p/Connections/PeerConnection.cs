using System.Net;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// An upgraded connection: TCP, noise and yamux, with a proven remote. Owns the muxer, which owns what is below it, and its shares in
/// what is limited: the place of its address, the budget of its peer.
/// </summary>
internal sealed class PeerConnection : ITableEntry, IAsyncDisposable
{
    private readonly long _id;
    private readonly ITransportConnection _socket;
    private readonly IDisposable[] _shares;
    private readonly DateTimeOffset _openedAtUtc;

    public PeerConnection(
        long id,
        PeerId peer,
        ConnectionDirection direction,
        ITransportConnection socket,
        YamuxConnection muxer,
        IDisposable[] shares,
        TimeProvider time)
    {
        _id = id;
        _socket = socket;
        _shares = shares;
        Peer = peer;
        Direction = direction;
        RemoteAddress = Multiaddr.FromTcpEndPoint(socket.RemoteEndPoint);
        Muxer = muxer;
        OpenedAt = time.GetElapsedTime(0);
        _openedAtUtc = time.GetUtcNow();
    }

    public PeerId Peer { get; }

    public ConnectionDirection Direction { get; }

    public Multiaddr RemoteAddress { get; }

    public IPAddress RemoteIp => _socket.RemoteEndPoint.Address;

    public YamuxConnection Muxer { get; }

    public TimeSpan OpenedAt { get; }

    /// <summary>Bytes on the wire so far.</summary>
    public Traffic Traffic => new(_socket.BytesReceived, _socket.BytesSent);

    public ConnectionInfo ToInfo() => new(Peer, Direction, RemoteAddress, _openedAtUtc, Muxer.Rtt)
    {
        Id = _id,
        Traffic = Traffic,
        InboundStreams = Muxer.InboundStreams,
        OutboundStreams = Muxer.OutboundStreams,
    };

    /// <summary>Why the connection ended, when it was not us who ended it.</summary>
    public ConnectionCloseReason RemoteReason() => Muxer.CloseReason?.Reason switch
    {
        YamuxCloseReason.ProtocolViolation => ConnectionCloseReason.ProtocolViolation,
        YamuxCloseReason.KeepAliveTimeout or YamuxCloseReason.WriteTimeout => ConnectionCloseReason.TimedOut,
        YamuxCloseReason.InternalError => ConnectionCloseReason.Fault,
        _ => ConnectionCloseReason.ClosedByRemote,
    };

    public async ValueTask DisposeAsync()
    {
        await Muxer.DisposeAsync().ConfigureAwait(false);
        Array.ForEach(_shares, s => s.Dispose());
    }
}
