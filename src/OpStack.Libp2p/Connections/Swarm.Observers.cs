using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Connections;

/// <summary>Who is told of peers and connections. All lists are guarded by the lock, and all but refusals are told under it.</summary>
public sealed partial class Swarm
{
    private readonly List<IPeerObserver> _observers = [];
    private IConnectionObserver[] _connectionObservers = [];

    /// <inheritdoc/>
    public IDisposable Observe(IPeerObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
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

        return new Observation(this, () => _observers.Remove(observer));
    }

    /// <inheritdoc/>
    public IDisposable ObserveConnections(IConnectionObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_gate)
        {
            _connectionObservers = [.. _connectionObservers, observer];
            foreach (PeerConnection connection in _table.All)
            {
                Tell(observer, o => o.OnConnectionOpened(connection.ToInfo()));
            }
        }

        return new Observation(this, () => _connectionObservers = [.. _connectionObservers.Where(o => o != observer)]);
    }

    private void TellAll(Action<IPeerObserver> tell)
    {
        // A copy: an observer may remove itself while it is told.
        foreach (IPeerObserver observer in _observers.ToArray())
        {
            Tell(observer, tell);
        }
    }

    private void TellAllOfConnection(Action<IConnectionObserver> tell)
    {
        foreach (IConnectionObserver observer in Volatile.Read(ref _connectionObservers))
        {
            Tell(observer, tell);
        }
    }

    private void Tell<TObserver>(TObserver observer, Action<TObserver> tell)
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

    private sealed class Observation(Swarm swarm, Action end) : IDisposable
    {
        public void Dispose()
        {
            lock (swarm._gate)
            {
                end();
            }
        }
    }
}
