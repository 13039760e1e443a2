using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections.Admission;

/// <summary>
/// Which peers are protected and what each is worth. Tags of connected peers stay; of the others so many, the ones tagged longest ago are
/// forgotten first. Pure data, owned by the swarm's lock.
/// </summary>
/// <param name="isConnected">Whether a peer has a connection now.</param>
/// <param name="maxAbsent">Most peers without one whose tags are kept.</param>
internal sealed class PeerTags(Func<PeerId, bool> isConnected, int maxAbsent)
{
    private readonly Dictionary<PeerId, HashSet<string>> _protections = [];
    private readonly Dictionary<PeerId, Dictionary<string, int>> _present = [];
    private readonly BoundedMap<PeerId, Dictionary<string, int>> _absent = new(maxAbsent);

    /// <summary>Peers that have tags.</summary>
    public int TaggedPeers => _present.Count + _absent.Count;

    public PeerWorth WorthOf(PeerId peer)
    {
        long sum = TagsOf(peer)?.Values.Sum(v => (long)v) ?? 0;
        return new PeerWorth(_protections.ContainsKey(peer), (int)Math.Clamp(sum, int.MinValue, int.MaxValue));
    }

    public void Protect(PeerId peer, string tag)
    {
        if (!_protections.TryGetValue(peer, out HashSet<string>? tags))
        {
            _protections[peer] = tags = [];
        }

        tags.Add(tag);
    }

    /// <summary>True when another protection is left.</summary>
    public bool Unprotect(PeerId peer, string tag)
    {
        if (!_protections.TryGetValue(peer, out HashSet<string>? tags))
        {
            return false;
        }

        tags.Remove(tag);
        return tags.Count > 0 || !_protections.Remove(peer);
    }

    public bool IsProtected(PeerId peer, string? tag) =>
        _protections.TryGetValue(peer, out HashSet<string>? tags) && (tag is null || tags.Contains(tag));

    /// <summary>False when the peer has as many tags as it may.</summary>
    public bool TrySet(PeerId peer, string tag, int value)
    {
        Dictionary<string, int> tags = TagsOf(peer) ?? [];
        if (tags.Count >= SwarmLimits.TagsPerPeer && !tags.ContainsKey(tag))
        {
            return false;
        }

        tags[tag] = value;
        Keep(peer, tags);
        return true;
    }

    public void Remove(PeerId peer, string tag)
    {
        if (TagsOf(peer) is { } tags && tags.Remove(tag) && tags.Count == 0)
        {
            _present.Remove(peer);
            _absent.Remove(peer);
        }
    }

    /// <summary>The peer has got its first connection.</summary>
    public void OnConnected(PeerId peer)
    {
        if (_absent.TryGet(peer, out Dictionary<string, int>? tags))
        {
            _absent.Remove(peer);
            _present[peer] = tags;
        }
    }

    /// <summary>The peer has lost its last connection.</summary>
    public void OnDisconnected(PeerId peer)
    {
        if (_present.Remove(peer, out Dictionary<string, int>? tags))
        {
            _absent.Set(peer, tags);
        }
    }

    private Dictionary<string, int>? TagsOf(PeerId peer) =>
        _present.TryGetValue(peer, out Dictionary<string, int>? tags) || _absent.TryGet(peer, out tags) ? tags : null;

    private void Keep(PeerId peer, Dictionary<string, int> tags)
    {
        if (isConnected(peer))
        {
            _present[peer] = tags;
        }
        else
        {
            _absent.Set(peer, tags);
        }
    }
}
