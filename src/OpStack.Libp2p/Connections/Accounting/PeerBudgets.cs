using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>
/// One budget of receive windows per peer, which all its connections share, from the end of their handshakes to their own. Held only as
/// long as one of them exists. Any thread.
/// </summary>
/// <param name="bytesPerPeer">The budget of each.</param>
internal sealed class PeerBudgets(long bytesPerPeer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, Entry> _entries = [];

    /// <summary>Peers that have a budget now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Takes part in the peer's budget until the result is disposed.</summary>
    public Share Join(PeerId peer)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(peer, out Entry? entry))
            {
                _entries[peer] = entry = new Entry(new WindowBudget(bytesPerPeer));
            }

            entry.Connections++;
            return new Share(this, peer, entry.Windows);
        }
    }

    private void Leave(PeerId peer)
    {
        lock (_gate)
        {
            if (--_entries[peer].Connections == 0)
            {
                _entries.Remove(peer);
            }
        }
    }

    /// <summary>One connection's part in its peer's budget.</summary>
    internal sealed class Share(PeerBudgets owner, PeerId peer, WindowBudget windows) : IDisposable
    {
        private int _left;

        /// <summary>What the connections of the peer share.</summary>
        public WindowBudget Windows { get; } = windows;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                owner.Leave(peer);
            }
        }
    }

    private sealed class Entry(WindowBudget windows)
    {
        public WindowBudget Windows { get; } = windows;

        public int Connections { get; set; }
    }
}
