using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>
/// How many dial-backs are made: so many within any period, of which one peer gets so many. Remembers no more than those made. A pure core;
/// the caller brings a monotonic time and keeps its threads apart.
/// </summary>
internal sealed class DialBackBudget(AutoNatOptions options)
{
    private readonly Queue<(PeerId Peer, TimeSpan At)> _made = new();

    /// <summary>Takes a dial-back for the peer if there is one left.</summary>
    public bool TryTake(PeerId peer, TimeSpan now)
    {
        while (_made.TryPeek(out (PeerId Peer, TimeSpan At) oldest) && now - oldest.At >= options.Period)
        {
            _made.Dequeue();
        }

        if (_made.Count >= options.MaxDialBacks || _made.Count(m => m.Peer.Equals(peer)) >= options.MaxDialBacksPerPeer)
        {
            return false;
        }

        _made.Enqueue((peer, now));
        return true;
    }
}
