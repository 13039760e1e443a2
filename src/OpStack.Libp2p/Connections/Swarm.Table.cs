using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Connections;

/// <summary>Connections entering and leaving the table, and who is told of it.</summary>
public sealed partial class Swarm
{
    /// <inheritdoc/>
    public IDisposable Observe(IPeerObserver observer)
    {
        lock (_gate)
        {
            _observers.Add(observer);
            foreach (PeerId peer in _table.Peers)
            {
                PeerConnection first = _table.Of(peer)[0];
                Tell(observer, o => o.OnPeerConnected(peer, first.Direction, first.RemoteAddress));
                if (_identified.TryGetValue(peer, out IdentifyInfo? info))
                {
                    Tell(observer, o => o.OnPeerIdentified(peer, info));
                }
            }
        }

        return new Observation(this, observer);
    }

    /// <summary>Enters a fresh connection; false when it was refused, and then it is being closed.</summary>
    private bool TryAdd(PeerConnection connection)
    {
        ConnectionAdmission admission;
        PeerConnection? displaced = null;
        lock (_gate)
        {
            admission = _stopping.IsCancellationRequested || connection.Peer.Equals(LocalPeerId)
                ? ConnectionAdmission.LimitReached
                : _table.Add(connection, out displaced);
            if (admission == ConnectionAdmission.First)
            {
                TellAll(o => o.OnPeerConnected(connection.Peer, connection.Direction, connection.RemoteAddress));
            }
        }

        if (admission is ConnectionAdmission.Duplicate or ConnectionAdmission.LimitReached)
        {
            _logger.ConnectionRefused(connection.Peer, admission);
            _tasks.Track(Task.Run(() => GoodbyeAsync(connection)));
            return false;
        }

        _logger.Connected(connection.Peer, connection.RemoteAddress, connection.Direction);
        _tasks.Track(Task.Run(() => ServeAsync(connection)));
        if (displaced is not null)
        {
            // Its ServeAsync ends by itself once the muxer is closed.
            _tasks.Track(Task.Run(() => GoodbyeAsync(displaced)));
        }

        return true;
    }

    private void Remove(PeerConnection connection)
    {
        lock (_gate)
        {
            if (_table.Remove(connection, out bool last) && last)
            {
                _identified.Remove(connection.Peer);
                TellAll(o => o.OnPeerDisconnected(connection.Peer));
            }
        }
    }

    private async ValueTask CloseAsync(PeerConnection connection)
    {
        Remove(connection);
        await GoodbyeAsync(connection).ConfigureAwait(false);
    }

    /// <summary>Go-away, then the end of the connection; bounded by the muxer's own close deadline.</summary>
    private async Task GoodbyeAsync(PeerConnection connection)
    {
        try
        {
            await connection.Muxer.CloseAsync(YamuxGoAwayCode.Normal, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Libp2pException e)
        {
            _logger.Disconnected(connection.Peer, e.Message);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
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

    private void TellAll(Action<IPeerObserver> tell)
    {
        // A copy: an observer may remove itself while it is told.
        foreach (IPeerObserver observer in _observers.ToArray())
        {
            Tell(observer, tell);
        }
    }

    private void Tell(IPeerObserver observer, Action<IPeerObserver> tell)
    {
        try
        {
            tell(observer);
        }
        catch (Exception e)
        {
            _logger.ObserverFailed(e);
        }
    }

    private sealed class Observation(Swarm swarm, IPeerObserver observer) : IDisposable
    {
        public void Dispose()
        {
            lock (swarm._gate)
            {
                swarm._observers.Remove(observer);
            }
        }
    }
}
