using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Sync;

/// <summary>
/// When a request may be served: each peer waits for its own turn first, then for its turn among all, so that one that floods holds up itself. A
/// pure core, for one owner.
/// </summary>
internal sealed class ServerRates
{
    private readonly RequestPacer _global = new(SyncLimits.GlobalBurst, SyncLimits.GlobalInterval);
    private readonly Dictionary<PeerId, RequestPacer> _peers = [];

    /// <summary>Peers remembered.</summary>
    public int Peers => _peers.Count;

    /// <summary>Takes the peer's next turn and tells how long to wait for it; false, and nothing is taken, when that is too long.</summary>
    public bool TryTakePeer(PeerId peer, TimeSpan now, out TimeSpan delay)
    {
        if (!_peers.TryGetValue(peer, out RequestPacer? pacer))
        {
            MakeRoom(now);
            _peers[peer] = pacer = new RequestPacer(SyncLimits.PeerBurst, SyncLimits.PeerInterval);
        }

        return TryTake(pacer, now, out delay);
    }

    /// <summary>The same for all peers together.</summary>
    public bool TryTakeGlobal(TimeSpan now, out TimeSpan delay) => TryTake(_global, now, out delay);

    private static bool TryTake(RequestPacer pacer, TimeSpan now, out TimeSpan delay)
    {
        delay = pacer.DelayAt(now);
        if (delay > SyncLimits.MaxThrottleDelay)
        {
            return false;
        }

        pacer.Take(now);
        return true;
    }

    /// <summary>Forgets the quarter of the peers that owe least.</summary>
    private void MakeRoom(TimeSpan now)
    {
        if (_peers.Count >= SyncLimits.MaxPeerRates)
        {
            PeerId[] least = [.. _peers.OrderBy(peer => peer.Value.OwedAt(now)).Take(_peers.Count / 4).Select(peer => peer.Key)];
            Array.ForEach(least, peer => _peers.Remove(peer));
        }
    }
}
