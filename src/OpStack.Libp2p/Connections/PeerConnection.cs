using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>An upgraded connection: TCP, noise and yamux, with a proven remote. Owns the muxer, which owns what is below it.</summary>
internal sealed class PeerConnection : ITableEntry, IAsyncDisposable
{
    private readonly DateTimeOffset _openedAtUtc;

    public PeerConnection(
        PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress, YamuxConnection muxer, TimeProvider time)
    {
        Peer = peer;
        Direction = direction;
        RemoteAddress = remoteAddress;
        Muxer = muxer;
        OpenedAt = time.GetElapsedTime(0);
        _openedAtUtc = time.GetUtcNow();
    }

    public PeerId Peer { get; }

    public ConnectionDirection Direction { get; }

    public Multiaddr RemoteAddress { get; }

    public YamuxConnection Muxer { get; }

    public TimeSpan OpenedAt { get; }

    public ConnectionInfo ToInfo() => new(Peer, Direction, RemoteAddress, _openedAtUtc, Muxer.Rtt);

    public ValueTask DisposeAsync() => Muxer.DisposeAsync();
}
