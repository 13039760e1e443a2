using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Dialing;

/// <summary>When a static peer is to be dialled. Pure; the times are monotonic.</summary>
/// <param name="peer">Who.</param>
/// <param name="addresses">Where, each ending in /p2p.</param>
internal sealed class StaticPeer(PeerId peer, IReadOnlyList<Multiaddr> addresses)
{
    /// <summary>
    /// A connection that lasted at least so long was a good one: the wait begins anew. Own choice: a peer that takes us in and throws us
    /// out again is not dialled every 5 s.
    /// </summary>
    public static readonly TimeSpan GoodConnection = TimeSpan.FromMinutes(1);

    private int _failures;
    private TimeSpan? _connectedAt;
    private bool _isDialling;
    private TimeSpan _nextDial = TimeSpan.Zero;

    public PeerId Peer { get; } = peer;

    public IReadOnlyList<Multiaddr> Addresses { get; } = addresses;

    /// <summary>When the next dial is due; null while the peer is connected or being dialled.</summary>
    public TimeSpan? Due => _connectedAt is null && !_isDialling ? _nextDial : null;

    /// <summary>The dial that was due begins.</summary>
    public void Begin() => _isDialling = true;

    /// <summary>The dial is over; how long until the next one, or null when the peer is connected.</summary>
    public TimeSpan? End(TimeSpan now, double random)
    {
        _isDialling = false;
        return _connectedAt is null ? Wait(now, random) : null;
    }

    /// <summary>The peer is connected, whoever dialled.</summary>
    public void OnConnected(TimeSpan now) => _connectedAt = now;

    /// <summary>The peer is gone.</summary>
    public void OnDisconnected(TimeSpan now, double random)
    {
        if (_connectedAt is { } since)
        {
            _failures = now - since >= GoodConnection ? 0 : _failures;
            _connectedAt = null;
            Wait(now, random);
        }
    }

    private TimeSpan Wait(TimeSpan now, double random)
    {
        TimeSpan wait = RedialBackoff.After(_failures++, random);
        _nextDial = now + wait;
        return wait;
    }
}
