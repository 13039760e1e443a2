using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// What is known of peers, connected or not: addresses, identify data, records, scores, latency and connection times. Any thread; nothing
/// is called under its lock. At most 2,048 peers, half of which may be peers that never were connected: those found in discovery cannot
/// push out those we know, nor the reverse. Within its half the peer not seen for longest goes first. At most 512 with a negative score are
/// spared until no other is left; connected and static peers stay.
/// </summary>
public sealed partial class PeerStore : IPeerScores
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, StoredPeer> _peers = [];
    private readonly PeerStoreOptions _options;
    private readonly TimeProvider _time;
    private long _version;

    /// <summary>An empty store. Throws <see cref="ArgumentException"/> that names a setting out of range.</summary>
    public PeerStore(PeerStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new PeerStoreOptions();
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Peers held.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _peers.Count;
            }
        }
    }

    /// <summary>What is known of a peer; null for one unheard of.</summary>
    public StoredPeer? Get(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out StoredPeer? known) ? WithoutExpired(known, now) : null;
        }
    }

    /// <summary>All peers, in no order.</summary>
    public IReadOnlyList<StoredPeer> GetAll()
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            return [.. _peers.Values.Select(peer => WithoutExpired(peer, now))];
        }
    }

    /// <summary>The peers that are not connected and have an address, in no order.</summary>
    public IReadOnlyList<StoredPeer> GetDialable()
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            return
            [
                .. _peers.Values.Where(peer => !peer.IsConnected)
                    .Select(peer => WithoutExpired(peer, now))
                    .Where(peer => peer.Addresses.Count > 0),
            ];
        }
    }

    /// <inheritdoc/>
    public PeerScoreReading Read(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out StoredPeer? known) && known.Score is { } score && score.ExpiresAt > now
                ? new PeerScoreReading(score.Total, score.Cause)
                : default;
        }
    }

    /// <summary>Forgets a peer that is not connected; true if it was known.</summary>
    public bool Remove(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            bool removed = _peers.TryGetValue(peer, out StoredPeer? known) && !known.IsConnected && _peers.Remove(peer);
            _version += removed ? 1 : 0;
            return removed;
        }
    }

    /// <summary>Everything to be saved, and a number that grows with every change.</summary>
    internal IReadOnlyList<StoredPeer> Export(out long version)
    {
        lock (_gate)
        {
            version = _version;
            return [.. _peers.Values];
        }
    }

    /// <summary>
    /// Takes in peers read from a file, the last ones if there are too many; a peer that is known already stays as it is. None was seen
    /// later than now: a file from when the clock was ahead would else hold its places against everybody who comes.
    /// </summary>
    internal void Import(IReadOnlyList<StoredPeer> peers)
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            foreach (StoredPeer peer in peers.Skip(peers.Count - PeerLimits.MaxStoredPeers))
            {
                if (_peers.Count < PeerLimits.MaxStoredPeers)
                {
                    _peers.TryAdd(peer.Peer, peer.LastSeenAt > now ? peer with { LastSeenAt = now } : peer);
                }
            }
        }
    }

    /// <summary>Forgets what has expired, and peers not seen for the retention. An address that we are connected at does not expire.</summary>
    internal void Sweep()
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            foreach (StoredPeer peer in _peers.Values.ToArray())
            {
                StoredPeer kept = WithoutExpired(peer.IsConnected ? Renewed(peer, now) : peer, now);
                if (!kept.IsConnected && kept.Addresses.Count == 0 && kept.Score is null && now - kept.LastSeenAt > _options.PeerRetention)
                {
                    _peers.Remove(peer.Peer);
                    _version++;
                }
                else if (!ReferenceEquals(kept, peer))
                {
                    _peers[peer.Peer] = kept;
                    _version++;
                }
            }
        }
    }

    /// <summary>
    /// Changes what is known of a peer, which may be nothing yet; under the lock, so <paramref name="change"/> does nothing else.
    /// </summary>
    private void Update(PeerId peer, Func<StoredPeer, DateTimeOffset, StoredPeer> change)
    {
        ArgumentNullException.ThrowIfNull(peer);
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            bool isKnown = _peers.TryGetValue(peer, out StoredPeer? known);
            StoredPeer changed = change(known ?? new StoredPeer(peer) { FirstSeenAt = now, LastSeenAt = now }, now);
            if (ReferenceEquals(changed, known))
            {
                return;
            }

            _peers[peer] = changed;
            _version++;
            if (!isKnown && _peers.Count > PeerLimits.MaxStoredPeers)
            {
                MakeRoom(now);
            }
        }
    }

    private bool HasRoomFor(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.Count < PeerLimits.MaxStoredPeers || _peers.ContainsKey(peer);
        }
    }

    /// <summary>Takes the peer out that matters least; it may be the one that came last.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        Span<int> counts = stackalloc int[(int)PeerRank.Kept + 1];
        counts.Clear();
        StoredPeer?[] oldest = new StoredPeer?[counts.Length];
        foreach (StoredPeer peer in _peers.Values)
        {
            int rank = (int)RankOf(peer, now);
            counts[rank]++;
            oldest[rank] = oldest[rank] is { } other && other.LastSeenAt <= peer.LastSeenAt ? other : peer;
        }

        bool strangerFirst = counts[(int)PeerRank.Stranger] > PeerLimits.MaxStoredPeers / 2;
        bool offenderFirst = counts[(int)PeerRank.Offender] > PeerLimits.MaxStoredOffenders;
        StoredPeer least = (offenderFirst ? oldest[(int)PeerRank.Offender] : null)
            ?? (strangerFirst ? oldest[(int)PeerRank.Stranger] : null)
            ?? oldest[(int)PeerRank.Acquaintance] ?? oldest[(int)PeerRank.Stranger] ?? oldest[(int)PeerRank.Offender] ?? oldest[(int)PeerRank.Kept]!;
        _peers.Remove(least.Peer);
    }

    private static PeerRank RankOf(StoredPeer peer, DateTimeOffset now) =>
        peer.IsConnected || peer.Addresses.Any(address => address.Source == AddressSource.Static) ? PeerRank.Kept
        : peer.Score is { Total: < 0 } score && score.ExpiresAt > now ? PeerRank.Offender
        : peer.ConnectedAt is not null ? PeerRank.Acquaintance
        : PeerRank.Stranger;

    /// <summary>The same without addresses and a score that have expired; itself when there are none.</summary>
    private static StoredPeer WithoutExpired(StoredPeer peer, DateTimeOffset now)
    {
        if (peer.Addresses.Any(address => address.ExpiresAt <= now))
        {
            peer = peer with { Addresses = [.. peer.Addresses.Where(address => address.ExpiresAt > now)] };
        }

        return peer.Score is { } score && score.ExpiresAt <= now ? peer with { Score = null } : peer;
    }

    private enum PeerRank
    {
        /// <summary>Never connected.</summary>
        Stranger,
        /// <summary>Was connected.</summary>
        Acquaintance,
        /// <summary>Has a negative score: forgetting it would clear it.</summary>
        Offender,
        /// <summary>Connected now, or static.</summary>
        Kept,
    }
}
