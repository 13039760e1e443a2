using System.Net;
using OpStack.Libp2p.Connections.Accounting;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>Connections entering and leaving the table.</summary>
public sealed partial class Swarm
{
    // As long as a peer is connected.
    private readonly Dictionary<PeerId, PeerAccount> _accounts = [];

    /// <inheritdoc/>
    public async ValueTask DisconnectAsync(PeerId peer, ConnectionCloseReason reason = ConnectionCloseReason.Requested)
    {
        ArgumentNullException.ThrowIfNull(peer);
        await CloseAllAsync(c => c.Peer.Equals(peer), reason).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisconnectAsync(IPAddress address, ConnectionCloseReason reason = ConnectionCloseReason.Requested)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress meant = Transport.AddressNormalization.Normalize(address);
        DropHalfOpen(meant.Equals);
        await CloseAllAsync(c => c.RemoteIp.Equals(meant), reason).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisconnectAsync(IPNetwork subnet, ConnectionCloseReason reason = ConnectionCloseReason.Requested)
    {
        IPNetwork meant = Transport.AddressNormalization.Normalize(subnet);
        DropHalfOpen(meant.Contains);
        await CloseAllAsync(c => meant.Contains(c.RemoteIp), reason).ConfigureAwait(false);
    }

    /// <summary>
    /// Enters a fresh connection, or says what is against it; then it is being closed. <paramref name="dial"/> is what it came of.
    /// </summary>
    private RefusalReason? TryAdd(PeerConnection connection, out GateVerdict verdict, SharedDial? dial = null)
    {
        TableAdmission<PeerConnection> admission;
        lock (_gate)
        {
            admission = Admit(connection, dial, out verdict);
        }

        if (admission.Refusal is { } refusal)
        {
            Report(connection.Direction, connection.RemoteAddress, connection.Peer, refusal, verdict);
            if (refusal != RefusalReason.Duplicate)
            {
                // No goodbyes: they would keep sockets beyond every limit.
                connection.Muxer.Abort();
            }

            CloseInBackground(connection);
            return refusal;
        }

        _logger.Connected(connection.Peer, connection.RemoteAddress, connection.Direction);
        _tasks.Track(Task.Run(() => ServeAsync(connection)));
        if (admission.Leaving is not null)
        {
            // Its ServeAsync ends by itself once the muxer is closed.
            CloseInBackground(admission.Leaving);
        }

        TrimIfFull();
        return null;
    }

    private TableAdmission<PeerConnection> Admit(PeerConnection connection, SharedDial? dial, out GateVerdict verdict)
    {
        verdict = GateVerdict.Allow;
        if (_stopping.IsCancellationRequested)
        {
            return new TableAdmission<PeerConnection>(RefusalReason.ShuttingDown);
        }

        if (dial is { Callers: 0 })
        {
            return new TableAdmission<PeerConnection>(RefusalReason.Abandoned);
        }

        if (connection.Peer.Equals(LocalPeerId))
        {
            return new TableAdmission<PeerConnection>(RefusalReason.Self);
        }

        // Under the lock: what is blocked from here on finds this connection in the table.
        verdict = _keeper.Upgraded(connection.ToInfo());
        if (verdict != GateVerdict.Allow)
        {
            return new TableAdmission<PeerConnection>(RefusalReason.Gate);
        }

        TableAdmission<PeerConnection> admission = _table.Add(connection);
        if (admission.Refusal is null)
        {
            Announce(connection, admission.IsFirst);
            if (admission.Leaving is not null)
            {
                RemoveLocked(admission.Leaving, admission.LeavingBecause);
            }
        }

        return admission;
    }

    private void Announce(PeerConnection connection, bool isFirst)
    {
        if (isFirst)
        {
            _accounts[connection.Peer] = new PeerAccount();
            _tags.OnConnected(connection.Peer);
            TellAll(o => o.OnPeerConnected(connection.Peer, connection.Direction, connection.RemoteAddress));
        }

        _counters.OnOpened(connection.Direction);
        TellAllOfConnection(o => o.OnConnectionOpened(connection.ToInfo()));
    }

    private void Remove(PeerConnection connection, ConnectionCloseReason reason)
    {
        lock (_gate)
        {
            RemoveLocked(connection, reason);
        }
    }

    /// <summary>Called under the lock; nothing happens when the connection has left already.</summary>
    private void RemoveLocked(PeerConnection connection, ConnectionCloseReason reason)
    {
        if (!_table.Remove(connection, out bool last))
        {
            return;
        }

        _counters.OnClosed(connection.Direction, reason);
        _closedTraffic += connection.Traffic;
        _logger.Disconnected(connection.Peer, connection.RemoteAddress, reason, connection.Muxer.CloseReason?.ToString());
        TellAllOfConnection(o => o.OnConnectionClosed(connection.ToInfo(), reason));
        if (last)
        {
            _accounts.Remove(connection.Peer);
            _identified.Remove(connection.Peer);
            _tags.OnDisconnected(connection.Peer);
            TellAll(o => o.OnPeerDisconnected(connection.Peer));
        }
        else
        {
            _accounts[connection.Peer].Closed += connection.Traffic;
        }
    }

    /// <summary>All leave the table at once: a peer that does not answer the first goodbye must not go on over the others.</summary>
    private Task CloseAllAsync(Func<PeerConnection, bool> isMeant, ConnectionCloseReason reason)
    {
        PeerConnection[] meant;
        lock (_gate)
        {
            meant = [.. _table.All.Where(isMeant)];
            Array.ForEach(meant, c => RemoveLocked(c, reason));
        }

        return Task.WhenAll(meant.Select(GoodbyeAsync));
    }

    private void CloseInBackground(PeerConnection connection) => _tasks.Track(Task.Run(() => GoodbyeAsync(connection)));

    /// <summary>Go-away, then the end of the connection; bounded by the muxer's own close deadline. Never fails.</summary>
    private async Task GoodbyeAsync(PeerConnection connection)
    {
        try
        {
            await connection.Muxer.CloseAsync(YamuxGoAwayCode.Normal, CancellationToken.None).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.TaskFailed(e);
        }
    }

    private void ReportIdentified(PeerId peer, IdentifyInfo info)
    {
        lock (_gate)
        {
            if (_table.TryGetNewest(peer, out _))
            {
                _identified[peer] = info;
                TellAll(o => o.OnPeerIdentified(peer, info));
            }
        }
    }

    /// <summary>Counts, logs and tells of a connection that was turned away.</summary>
    private void Report(
        ConnectionDirection direction,
        Multiaddr address,
        PeerId? peer,
        RefusalReason reason,
        GateVerdict verdict = GateVerdict.Allow,
        Libp2pError? error = null)
    {
        _counters.OnRefused(reason);
        _logger.ConnectionRefused(direction, address, reason, peer, verdict, error);
        if (_connectionObservers.Length > 0)
        {
            ConnectionRefusal refusal = new(direction, address, peer, reason) { Verdict = verdict, Error = error };
            TellAllOfConnection(o => o.OnConnectionRefused(refusal));
        }
    }
}
