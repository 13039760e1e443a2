using System.Diagnostics.CodeAnalysis;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Sessions;

/// <summary>
/// Challenges waiting for their handshake, one per node id and endpoint, the oldest dropped when there are too many: a flood can then only
/// crowd out what is slower than itself.
/// </summary>
internal sealed class ChallengeCache
{
    private readonly Dictionary<NodeAddress, LinkedListNode<Challenge>> _byAddress = [];
    private readonly LinkedList<Challenge> _oldestFirst = new();
    private readonly int _capacity;
    private readonly TimeSpan _lifetime;

    /// <summary>Makes an empty cache.</summary>
    internal ChallengeCache(int capacity = SessionLimits.MaxChallenges, TimeSpan? lifetime = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _lifetime = lifetime ?? SessionLimits.ChallengeLifetime;
    }

    /// <summary>Challenges kept. Expired ones are among them until one of the other calls sweeps them.</summary>
    internal int Count => _byAddress.Count;

    /// <summary>
    /// The challenge that is out to this node already, to be sent once more: the peer may have taken up the first one, and a new id-nonce
    /// would make its handshake worthless (as geth does). False when there is none.
    /// </summary>
    internal bool TryGet(NodeAddress remote, TimeSpan now, [NotNullWhen(true)] out Challenge? challenge)
    {
        Sweep(now);
        bool found = _byAddress.TryGetValue(remote, out LinkedListNode<Challenge>? node);
        challenge = node?.Value;
        return found;
    }

    /// <summary>
    /// Makes a challenge, to a node that has none; the randomness is of <see cref="Challenge"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A challenge to this node is out already.</exception>
    internal Challenge Add(
        NodeAddress remote, PacketNonce requestNonce, Enr? knownRecord, ReadOnlySpan<byte> maskingIv, ReadOnlySpan<byte> idNonce,
        TimeSpan now)
    {
        Sweep(now);
        if (_byAddress.Count == _capacity && !_byAddress.ContainsKey(remote))
            Remove(_oldestFirst.First!);
        Challenge challenge = new(remote, requestNonce, knownRecord, maskingIv, idNonce, now + _lifetime);
        LinkedListNode<Challenge> node = new(challenge);
        _byAddress.Add(remote, node);
        _oldestFirst.AddLast(node);
        return challenge;
    }

    /// <summary>
    /// Takes a challenge out, to be answered by the handshake at hand and no other: whatever comes of it, a challenge costs us the
    /// signature checks of one handshake (as in geth).
    /// </summary>
    internal bool TryTake(NodeAddress remote, TimeSpan now, [NotNullWhen(true)] out Challenge? challenge)
    {
        Sweep(now);
        challenge = null;
        if (!_byAddress.TryGetValue(remote, out LinkedListNode<Challenge>? node))
            return false;
        challenge = node.Value;
        Remove(node);
        return true;
    }

    // All live equally long, so the oldest expire first; each is added once and removed once.
    private void Sweep(TimeSpan now)
    {
        while (_oldestFirst.First is { } oldest && oldest.Value.ExpiresAt <= now)
            Remove(oldest);
    }

    private void Remove(LinkedListNode<Challenge> node)
    {
        _byAddress.Remove(node.Value.Remote);
        _oldestFirst.Remove(node);
    }
}
