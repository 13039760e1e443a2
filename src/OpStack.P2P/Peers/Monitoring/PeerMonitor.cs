using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Monitoring;

/// <summary>
/// Looks at the scores of connected peers every <see cref="PeerMonitoring.InspectionInterval"/>: bans those below the threshold at the
/// gater first, then everywhere else, and disconnects them; tells the log about them and about peers that broke the protocol.
/// </summary>
internal sealed class PeerMonitor : IConnectionObserver, IAsyncDisposable
{
    /// <summary>The tag of peers that are spared; its value makes them the first to be trimmed.</summary>
    public const string SparedTag = "spared";
    private const int SparedValue = -10_000;

    private readonly PeerMonitoring _settings;
    private readonly IConnectionManager _connections;
    private readonly IConnectionGater _gater;
    private readonly IPeerScores _scores;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<(PeerId Peer, IPAddress Ip), Multiaddr> _violators = [];
    private HashSet<PeerId> _spared = [];
    private volatile IBanTarget[] _targets;
    private IDisposable? _observation;
    private RepeatedTask? _inspections;

    /// <param name="settings">Checked already.</param>
    /// <param name="connections">The connections inspected.</param>
    /// <param name="gater">The first target, and who says which peers are protected.</param>
    /// <param name="scores">Where scores are read.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Events 2640 on.</param>
    public PeerMonitor(
        PeerMonitoring settings,
        IConnectionManager connections,
        IConnectionGater gater,
        IPeerScores scores,
        TimeProvider time,
        ILogger logger)
    {
        _settings = settings;
        _connections = connections;
        _gater = gater;
        _scores = scores;
        _targets = [gater];
        _time = time;
        _logger = logger;
    }

    /// <summary>Connected peers that the last inspection spared.</summary>
    public int SparedCount => Volatile.Read(ref _spared).Count;

    /// <summary>Bans are applied there as well from the next one on, after the gater and those added before. Any thread.</summary>
    public void AddTarget(IBanTarget target)
    {
        lock (_gate)
        {
            _targets = [.. _targets, target];
        }
    }

    /// <summary>Begins; once.</summary>
    public void Start()
    {
        _observation = _connections.ObserveConnections(this);
        _inspections = RepeatedTask.Start(_settings.InspectionInterval, _time, InspectSafelyAsync);
    }

    void IConnectionObserver.OnConnectionClosed(ConnectionInfo connection, ConnectionCloseReason reason)
    {
        if (reason != ConnectionCloseReason.ProtocolViolation || connection.RemoteIp is not { } ip)
        {
            return;
        }

        // Told at the next inspection: once per peer and IP however often it comes, and not under the swarm's lock.
        lock (_gate)
        {
            if (_violators.Count < PeerLimits.MaxViolators)
            {
                _violators[(connection.Peer, ip)] = connection.RemoteAddress;
            }
        }
    }

    /// <summary>One inspection.</summary>
    internal async Task InspectAsync(CancellationToken stopped = default)
    {
        LogViolators();
        ILookup<PeerId, ConnectionInfo> connected = _connections.Connections.ToLookup(connection => connection.Peer);
        InspectionResult result = PeerInspection.Judge([.. connected.Select(Look)], _settings);
        Spare(result);
        foreach (InspectedPeer peer in result.Banned)
        {
            await BanAsync(peer, [.. connected[peer.Peer]], stopped).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _observation?.Dispose();
        if (_inspections is not null)
        {
            await _inspections.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task InspectSafelyAsync(CancellationToken stopped)
    {
        try
        {
            await InspectAsync(stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            // A score source or gater of the host's own: the next inspection may do better.
            _logger.InspectionFailed(e);
        }
    }

    private InspectedPeer Look(IGrouping<PeerId, ConnectionInfo> peer) =>
        new(peer.Key, _scores.Read(peer.Key), !_gater.CanDisconnect(peer.First().RemoteAddress.WithPeerId(peer.Key)));

    private void Spare(InspectionResult result)
    {
        HashSet<PeerId> before = _spared;
        HashSet<PeerId> spared = [.. result.Spared.Select(peer => peer.Peer)];
        foreach (InspectedPeer peer in result.Spared.Where(peer => !before.Contains(peer.Peer)))
        {
            _connections.SetTag(peer.Peer, SparedTag, SparedValue);
            _logger.Spared(peer.Peer, peer.Score.Score, MisbehaviourLog.WordOf(peer.Score.Cause), result.Healthy);
        }

        foreach (PeerId peer in before.Where(peer => !spared.Contains(peer)))
        {
            _connections.RemoveTag(peer, SparedTag);
        }

        Volatile.Write(ref _spared, spared);
    }

    private async Task BanAsync(InspectedPeer peer, IReadOnlyList<ConnectionInfo> connections, CancellationToken stopped)
    {
        string reason = MisbehaviourLog.WordOf(peer.Score.Cause);
        ConnectionInfo[] places = [.. connections.Where(connection => connection.RemoteIp is not null).DistinctBy(connection => connection.RemoteIp)];
        foreach (ConnectionInfo place in places)
        {
            _logger.Misbehaving(peer.Peer, place.RemoteAddress, MisbehaviourLog.PeerScore, reason);
        }

        Multiaddr[] addresses = [.. places.Where(p => !IPAddress.IsLoopback(p.RemoteIp!)).Select(p => p.RemoteAddress.WithPeerId(peer.Peer))];
        BanOrder order = new(peer.Peer, addresses, _settings.BanDuration, reason, peer.Score.Score);
        foreach (IBanTarget target in _targets)
        {
            await ApplyAsync(target, order, stopped).ConfigureAwait(false);
        }

        // The gater does so itself; one of the host's own may leave it to us.
        await _connections.DisconnectAsync(peer.Peer, ConnectionCloseReason.Banned).ConfigureAwait(false);
    }

    private async Task ApplyAsync(IBanTarget target, BanOrder order, CancellationToken stopped)
    {
        try
        {
            await target.BanAsync(order, stopped).AsTask().WaitAsync(PeerLimits.BanTimeout, _time, stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            _logger.BanFailed(e, order.Peer, target.GetType().Name);
        }
    }

    private void LogViolators()
    {
        KeyValuePair<(PeerId Peer, IPAddress Ip), Multiaddr>[] violators;
        lock (_gate)
        {
            violators = [.. _violators];
            _violators.Clear();
        }

        foreach (((PeerId peer, IPAddress _), Multiaddr address) in violators)
        {
            _logger.Misbehaving(peer, address, MisbehaviourLog.Connection, MisbehaviourLog.ProtocolViolation);
        }
    }
}
