using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// How often each address was dialled: kona's dial threshold. Keyed by peer and address, as kona's full multiaddr; the key dialled longest
/// ago makes room past <see cref="PeerLimits.MaxDialedAddresses"/>, and with it its count. Pure, but for the caller's lock.
/// </summary>
internal sealed class DialHistory(int? redialing, TimeSpan period)
{
    private readonly LinkedList<Entry> _order = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Whether one more dial would be one too many.</summary>
    public bool IsReached(PeerId peer, Multiaddr address, TimeSpan now)
    {
        if (!_entries.TryGetValue(KeyOf(peer, address), out LinkedListNode<Entry>? node) || HasRested(node.Value, now))
        {
            return false;
        }

        return redialing is not { } most || (most != 0 && node.Value.Dials >= most);
    }

    /// <summary>Counts a dial that begins now.</summary>
    public void Add(PeerId peer, Multiaddr address, TimeSpan now)
    {
        Key key = KeyOf(peer, address);
        if (_entries.TryGetValue(key, out LinkedListNode<Entry>? node))
        {
            _order.Remove(node);
        }
        else
        {
            node = new LinkedListNode<Entry>(new Entry(key, 0, now));
            _entries[key] = node;
        }

        long dials = HasRested(node.Value, now) ? 0 : node.Value.Dials;
        node.Value = new Entry(key, dials + 1, now);
        _order.AddLast(node);
        if (_entries.Count > PeerLimits.MaxDialedAddresses)
        {
            _entries.Remove(_order.First!.Value.Key);
            _order.RemoveFirst();
        }
    }

    private bool HasRested(Entry entry, TimeSpan now) => now - entry.LastDial > period;

    private static Key KeyOf(PeerId peer, Multiaddr address) => new(peer, address.WithoutPeerId());

    private readonly record struct Key(PeerId Peer, Multiaddr Address);

    private readonly record struct Entry(Key Key, long Dials, TimeSpan LastDial);
}
