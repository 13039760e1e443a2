using System.Collections.Concurrent;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Peers coming and going. The peers held are those the host says are connected, never more.</summary>
public sealed partial class GossipsubService : IPeerObserver, IPeerStreamsOwner
{
    private readonly ConcurrentDictionary<PeerId, PeerStreams> _peers = new();
    private readonly TaskTracker _streams = new();
    private readonly Dictionary<PeerId, PeerStreams> _leaving = [];

    void IPeerObserver.OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress)
    {
        lock (_gate)
        {
            if (_isDisposed || _peers.ContainsKey(peer))
            {
                return;
            }

            PeerStreams streams = new(peer, _context, this, new Random(_random.Next()));
            _peers[peer] = streams;

            // The router must learn that an earlier connection is gone before it learns of this one.
            _streams.Track(streams.Start(_leaving.GetValueOrDefault(peer)?.Ended ?? Task.CompletedTask));
        }
    }

    void IPeerObserver.OnPeerDisconnected(PeerId peer)
    {
        lock (_gate)
        {
            if (_peers.TryRemove(peer, out PeerStreams? streams))
            {
                _leaving[peer] = streams;
                _streams.Track(Task.Run(() => LeaveAsync(streams)));
            }
        }
    }

    void IPeerObserver.OnPeerIdentified(PeerId peer, IdentifyInfo info)
    {
        if (_peers.TryGetValue(peer, out PeerStreams? streams))
        {
            streams.OnIdentified(info);
        }
    }

    void IPeerStreamsOwner.OnStreamOpened(PeerStreams peer, GossipsubVersion version, ConnectionDirection direction, int stream) => Post(() =>
    {
        // Opened by the loop, right before the hello: nothing can be queued ahead of it.
        peer.Queue.Open(stream);
        Handle(new RouterInput.PeerConnected(peer.Peer, version, direction == ConnectionDirection.Outbound));
        TellAddresses(peer.Peer);
    });

    void IPeerStreamsOwner.OnStreamsEnded(PeerStreams peer) => Post(() => Handle(new RouterInput.PeerDisconnected(peer.Peer)));

    /// <summary>On a task of its own: stopping runs what waits on the streams, and the host's lock is held where a peer's leaving is told.</summary>
    private async Task LeaveAsync(PeerStreams streams)
    {
        streams.Stop();
        await streams.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await streams.Inbound.WhenAllAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_leaving.GetValueOrDefault(streams.Peer) == streams)
            {
                _leaving.Remove(streams.Peer);
            }
        }

        streams.Dispose();
    }

    private async Task HandleInboundAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        await using (stream.Bytes.ConfigureAwait(false))
        {
            Task? reading = null;
            lock (_gate)
            {
                if (!_isDisposed && _peers.TryGetValue(stream.Peer, out PeerStreams? streams))
                {
                    reading = streams.Inbound.Track(Task.Run(() => streams.ReadAsync(stream, _ingest, cancellationToken), CancellationToken.None));
                    _streams.Track(reading);
                }
            }

            if (reading is null)
            {
                stream.Bytes.Abort();
                return;
            }

            await reading.ConfigureAwait(false);
        }
    }

    private PeerStreams[] StopPeers()
    {
        PeerStreams[] peers;
        lock (_gate)
        {
            peers = [.. _peers.Values];
            _peers.Clear();
        }

        foreach (PeerStreams peer in peers)
        {
            peer.Stop();
        }

        return peers;
    }
}
