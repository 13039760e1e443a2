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
    private readonly ConcurrentDictionary<PeerId, Task> _leaving = new();
    private readonly TaskTracker _reading = new();

    void IPeerObserver.OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress)
    {
        lock (_gate)
        {
            if (_disposal is not null || _peers.ContainsKey(peer))
            {
                return;
            }

            PeerStreams streams = new(peer, direction, _context, this, new Random(_random.Next()));
            _peers[peer] = streams;
            _reading.Track(streams.Start(_leaving.GetValueOrDefault(peer, Task.CompletedTask)));
        }
    }

    void IPeerObserver.OnPeerDisconnected(PeerId peer)
    {
        lock (_gate)
        {
            if (!_peers.TryRemove(peer, out PeerStreams? streams))
            {
                return;
            }

            streams.Stop();

            // A new connection to the peer must wait until the router has been told that the old one is gone.
            Task left = LeaveAsync(streams);
            _leaving[peer] = left;
            _reading.Track(left);
        }
    }

    void IPeerObserver.OnPeerIdentified(PeerId peer, IdentifyInfo info)
    {
        if (_peers.TryGetValue(peer, out PeerStreams? streams))
        {
            streams.OnIdentified(info);
        }
    }

    void IPeerStreamsOwner.OnStreamOpened(PeerStreams peer, GossipsubVersion version, int stream) => Post(() =>
    {
        // Opened by the loop, right before the hello: nothing can be queued ahead of it.
        peer.Queue.Open(stream);
        Handle(new RouterInput.PeerConnected(peer.Peer, version, peer.Direction == ConnectionDirection.Outbound));
    });

    void IPeerStreamsOwner.OnStreamsEnded(PeerStreams peer) => Post(() => Handle(new RouterInput.PeerDisconnected(peer.Peer)));

    private async Task LeaveAsync(PeerStreams streams)
    {
        await streams.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await streams.InboundEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _leaving.TryRemove(streams.Peer, out _);
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
                if (_disposal is null && _peers.TryGetValue(stream.Peer, out PeerStreams? streams))
                {
                    reading = _reading.Track(streams.ReadAsync(stream, _ingest, cancellationToken));
                }
            }

            await (reading ?? Task.CompletedTask).ConfigureAwait(false);
        }
    }

    private PeerStreams[] StopPeers()
    {
        lock (_gate)
        {
            PeerStreams[] peers = [.. _peers.Values];
            foreach (PeerStreams peer in peers)
            {
                peer.Stop();
            }

            return peers;
        }
    }
}
