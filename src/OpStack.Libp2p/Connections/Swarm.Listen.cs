using System.Net;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Connections;

/// <summary>Listening, and the handshakes of those who connect.</summary>
public sealed partial class Swarm
{
    private readonly List<ITransportListener> _listeners = [];
    private readonly HalfOpenConnections<ITransportConnection> _halfOpen;

    /// <summary>The addresses bound, with real ports, without /p2p. An unspecified address (0.0.0.0) stands as it was given.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses
    {
        get
        {
            lock (_gate)
            {
                return [.. _listeners.Select(l => l.LocalAddress)];
            }
        }
    }

    /// <summary>
    /// Listens on /ip4|ip6/…/tcp/…; port 0 takes any. Returns the address with the real port, without /p2p.
    /// Throws <see cref="ArgumentException"/> for another transport, <see cref="Libp2pException"/> (ListenFailed) when it cannot be bound.
    /// </summary>
    public Multiaddr Listen(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.TryGetTcpEndPoint(out IPEndPoint? endPoint))
        {
            throw new ArgumentException($"{address} is not /ip4|ip6/…/tcp/…", nameof(address));
        }

        ITransportListener listener;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            listener = _transport.Listen(endPoint);
            _listeners.Add(listener);
        }

        Multiaddr bound = listener.LocalAddress;
        _logger.Listening(bound);
        _tasks.Track(Task.Run(() => AcceptLoopAsync(listener)));
        _identify.NotifyChanged();
        return bound;
    }

    /// <summary>Ends with its listener, which ends when we are closing; any other fault is survived.</summary>
    private async Task AcceptLoopAsync(ITransportListener listener)
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                Receive(await listener.AcceptAsync(_stopped).ConfigureAwait(false));
            }
            catch (Exception e) when (e is OperationCanceledException or Libp2pException { Error: Libp2pError.ConnectionClosed })
            {
                return;
            }
            catch (Exception e)
            {
                _logger.TaskFailed(e);
                await Task.Delay(SwarmLimits.LoopFaultPause, _time, _stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Judges an accepted socket before a byte of it is read: gate, room, address. Then its handshake begins on a task of its own.
    /// </summary>
    private void Receive(ITransportConnection socket)
    {
        _counters.OnAccepted();
        IPAddress ip = socket.RemoteEndPoint.Address;
        Multiaddr address = Multiaddr.FromTcpEndPoint(socket.RemoteEndPoint);
        GateVerdict verdict = _keeper.Accept(address, ip);
        RefusalReason? refusal = verdict != GateVerdict.Allow ? RefusalReason.Gate : null;
        IDisposable? place = null;
        if (refusal is null)
        {
            refusal = HasRoomFor(ConnectionDirection.Inbound) ? _places.TryEnter(ip, ConnectionDirection.Inbound, out place) : RefusalReason.TotalLimit;
        }

        if (refusal is not null)
        {
            socket.Abort();
            Report(ConnectionDirection.Inbound, address, null, refusal.Value, verdict);
            return;
        }

        _counters.OnHandshakeBegun();
        HalfOpenConnections<ITransportConnection>.Entry entry;
        ITransportConnection? dropped;
        lock (_gate)
        {
            entry = _halfOpen.Add(socket, ip, out dropped);
        }

        if (dropped is not null)
        {
            dropped.Abort();
            Report(ConnectionDirection.Inbound, Multiaddr.FromTcpEndPoint(dropped.RemoteEndPoint), null, RefusalReason.HalfOpenLimit);
        }

        _tasks.Track(Task.Run(() => AcceptAsync(socket, address, place!, entry)));
    }

    private async Task AcceptAsync(
        ITransportConnection socket, Multiaddr address, IDisposable place, HalfOpenConnections<ITransportConnection>.Entry entry)
    {
        using CancellationTokenSource linked = Deadline(_options.AcceptTimeout, CancellationToken.None, out CancellationTokenSource timer);
        using (timer)
        {
            try
            {
                PeerConnection connection = await _upgrader
                    .UpgradeAsync(socket, ConnectionDirection.Inbound, expected: null, place, linked.Token).ConfigureAwait(false);
                TryAdd(connection, out _);
            }
            catch (Exception e)
            {
                place.Dispose();
                ReportFailedHandshake(e, address, entry, timer.IsCancellationRequested);
            }
        }

        lock (_gate)
        {
            _halfOpen.Remove(entry);
        }
    }

    private void ReportFailedHandshake(Exception e, Multiaddr address, HalfOpenConnections<ITransportConnection>.Entry entry, bool isLate)
    {
        if (e is Libp2pException { Error: Libp2pError.GateRefused } refused)
        {
            Report(ConnectionDirection.Inbound, address, null, RefusalReason.Gate, refused.Verdict);
        }
        else if (e is Libp2pException or OperationCanceledException)
        {
            // Of a dropped one it has been told already, and at our end it is nobody's fault.
            if (!entry.IsDropped && !_stopped.IsCancellationRequested)
            {
                Libp2pError error = isLate ? Libp2pError.Timeout : (e as Libp2pException)?.Error ?? Libp2pError.ConnectionClosed;
                Report(ConnectionDirection.Inbound, address, null, RefusalReason.HandshakeFailed, error: error);
            }
        }
        else
        {
            _logger.TaskFailed(e);
        }
    }

    private void DropHalfOpen(Func<IPAddress, bool> isMeant)
    {
        IReadOnlyList<ITransportConnection> dropped;
        lock (_gate)
        {
            dropped = _halfOpen.RemoveAll(isMeant);
        }

        foreach (ITransportConnection socket in dropped)
        {
            socket.Abort();
        }
    }

    private bool HasRoomFor(ConnectionDirection direction)
    {
        lock (_gate)
        {
            return _table.HasRoomFor(direction, Now);
        }
    }

    private void StopListening()
    {
        ITransportListener[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (ITransportListener listener in listeners)
        {
            listener.Dispose();
        }
    }
}
