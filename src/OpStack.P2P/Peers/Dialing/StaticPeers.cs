using Microsoft.Extensions.Logging;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P.Peers.Dialing;

/// <summary>
/// Peers that the operator wants connected at all times: dialled at the start and again whenever they are gone, protected, never banned or
/// trimmed. An operator's block stands above that.
/// </summary>
internal sealed class StaticPeers : IPeerObserver, IAsyncDisposable
{
    private readonly IPeerHost _host;
    private readonly IConnectionGater _gater;
    private readonly GatedDialer _dialer;
    private readonly PeerStore _store;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly Dictionary<PeerId, StaticPeer> _peers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<PeerId, Task> _dials = [];

    // Taken under the swarm's lock, where peers are told; never held while the swarm is called.
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private IDisposable? _observation;
    private int _isDisposed;

    /// <param name="addresses">Each ends in /p2p; several of one peer are tried together. Our own are left out.</param>
    /// <param name="host">Dials.</param>
    /// <param name="gater">Told to protect them.</param>
    /// <param name="store">Told their addresses.</param>
    /// <param name="time">Clock and timer.</param>
    /// <param name="random">Spreads the dials; not used by others meanwhile.</param>
    /// <param name="logger">Events 2660 on.</param>
    public StaticPeers(
        IReadOnlyList<Multiaddr> addresses, IPeerHost host, IConnectionGater gater, PeerStore store, TimeProvider time, Random random, ILogger logger)
    {
        _host = host;
        _gater = gater;
        _dialer = new GatedDialer(host, gater);
        _store = store;
        _time = time;
        _started = time.GetTimestamp();
        _random = random;
        _logger = logger;
        foreach (Multiaddr own in addresses.Where(address => host.LocalPeerId.Equals(address.PeerId)))
        {
            logger.StaticPeerIsSelf(own);
        }

        _peers = addresses.Where(address => !host.LocalPeerId.Equals(address.PeerId))
            .GroupBy(address => address.PeerId!)
            .ToDictionary(peer => peer.Key, peer => new StaticPeer(peer.Key, [.. peer.Distinct()]));
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>Protects them and begins to dial; once, and after gater and store have read their files.</summary>
    public void Start()
    {
        foreach (StaticPeer peer in _peers.Values)
        {
            _gater.ProtectPeer(peer.Peer, ConnectionGater.StaticTag);
            _store.AddAddresses(peer.Peer, peer.Addresses, AddressSource.Static);
        }

        lock (_gate)
        {
            _timer = _time.CreateTimer(_ => DialDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _observation = _host.Observe(this);
        DialDue();
    }

    public void OnPeerConnected(PeerId peer, ConnectionDirection direction, Multiaddr remoteAddress)
    {
        if (_peers.TryGetValue(peer, out StaticPeer? known))
        {
            lock (_gate)
            {
                known.OnConnected(Now);
            }

            _logger.StaticPeerConnected(peer);
        }
    }

    public void OnPeerDisconnected(PeerId peer)
    {
        if (_peers.TryGetValue(peer, out StaticPeer? known))
        {
            lock (_gate)
            {
                known.OnDisconnected(Now, _random.NextDouble());
                Arm();
            }

            _logger.StaticPeerGone(peer);
        }
    }

    public void OnPeerIdentified(PeerId peer, IdentifyInfo info)
    {
        // Being connected is enough.
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _observation?.Dispose();
        Task[] dials;
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            dials = [.. _dials.Values];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(dials).ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Begins the dials that are due, each on a task of its own: the swarm is not called under the lock.</summary>
    private void DialDue()
    {
        lock (_gate)
        {
            foreach (StaticPeer peer in _timer is null ? [] : _peers.Values.Where(peer => peer.Due <= Now))
            {
                peer.Begin();
                _dials[peer.Peer] = Task.Run(() => DialAsync(peer));
            }

            Arm();
        }
    }

    /// <summary>Never fails.</summary>
    private async Task DialAsync(StaticPeer peer)
    {
        string failure = "it was gone at once";
        try
        {
            DialOptions options = new() { IgnoreBackoff = true, Deadline = PeerLimits.StaticDialDeadline };
            await _dialer.DialAsync(peer.Peer, peer.Addresses, options, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Libp2pException or OperationCanceledException or ObjectDisposedException)
        {
            failure = e.Message;
        }
        catch (Exception e)
        {
            failure = e.Message;
            _logger.DialFault(e, peer.Peer); // A resolver or gater of the host's own. The peer is tried again like any other.
        }

        TimeSpan? wait;
        lock (_gate)
        {
            wait = peer.End(Now, _random.NextDouble());
            Arm();
        }

        if (wait is { } next && !_stopping.IsCancellationRequested)
        {
            _logger.StaticPeerFailed(peer.Peer, failure, next);
        }
    }

    /// <summary>Sets the timer to the next dial that is due. Called under the lock.</summary>
    private void Arm()
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        if (_peers.Values.Min(peer => peer.Due) is { } due)
        {
            // Rounded up, because a timer cuts to milliseconds and would come too early.
            wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((due - Now).TotalMilliseconds)));
        }

        _timer?.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
