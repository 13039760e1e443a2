using System.Collections.Concurrent;
using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Peers;

/// <summary>A swarm without sockets: connections come and go as the test says, and what is asked of it is written down.</summary>
internal sealed class FakePeerHost(FakeTimeProvider time) : IPeerHost, IConnectionManager
{
    private readonly Lock _gate = new();
    private readonly List<ConnectionInfo> _connections = [];
    private readonly List<IPeerObserver> _peerObservers = [];
    private readonly List<IConnectionObserver> _connectionObservers = [];
    private readonly HashSet<(PeerId, string)> _protections = [];
    private readonly Dictionary<(PeerId, string), int> _tags = [];
    private long _nextId;

    /// <summary>What was dialled and when, in order.</summary>
    public ConcurrentQueue<DialCall> Dials { get; } = new();

    /// <summary>What was pinged and when, in order.</summary>
    public ConcurrentQueue<(PeerId Peer, DateTimeOffset At)> Pings { get; } = new();

    /// <summary>What was closed, in order.</summary>
    public ConcurrentQueue<(object What, ConnectionCloseReason Reason)> Closes { get; } = new();

    /// <summary>What comes of a dial; default: nothing ever.</summary>
    public Func<PeerId, CancellationToken, Task> OnDial { get; set; } =
        (_, _) => throw new Libp2p.Libp2pException(Libp2p.Libp2pError.DialFailed, "nobody there");

    public Func<PeerId, CancellationToken, Task<TimeSpan>> OnPing { get; set; } = (_, _) => Task.FromResult(TimeSpan.FromMilliseconds(10));

    /// <summary>What comes before a tag; for faults.</summary>
    public Action<PeerId> OnSetTag { get; set; } = _ => { };

    public PeerId LocalPeerId { get; } = TestPeers.Of(99_999);

    IConnectionManager IPeerHost.Connections => this;

    public bool WantsOutbound { get; set; } = true;

    public IReadOnlyList<ConnectionInfo> Connections
    {
        get
        {
            lock (_gate)
            {
                return [.. _connections];
            }
        }
    }

    public IReadOnlyList<PeerId> ConnectedPeers => [.. Connections.Select(c => c.Peer).Distinct()];

    public SwarmStatistics Statistics => throw new NotSupportedException();

    public IReadOnlyDictionary<string, Traffic> TrafficByProtocol => throw new NotSupportedException();

    /// <summary>A connection comes up.</summary>
    public ConnectionInfo Connect(PeerId peer, string ip = "52.1.2.3", int port = 9222, ConnectionDirection direction = ConnectionDirection.Outbound)
    {
        lock (_gate)
        {
            ConnectionInfo connection = new(peer, direction, TestPeers.Address(ip, port), time.GetUtcNow(), null) { Id = ++_nextId };
            bool isFirst = !_connections.Exists(c => c.Peer.Equals(peer));
            _connections.Add(connection);
            if (isFirst)
            {
                _peerObservers.ForEach(o => o.OnPeerConnected(peer, direction, connection.RemoteAddress));
            }

            _connectionObservers.ForEach(o => o.OnConnectionOpened(connection));
            return connection;
        }
    }

    public void Identify(PeerId peer, IdentifyInfo info)
    {
        lock (_gate)
        {
            _peerObservers.ForEach(o => o.OnPeerIdentified(peer, info));
        }
    }

    /// <summary>Connections go.</summary>
    public void Drop(Predicate<ConnectionInfo> isMeant, ConnectionCloseReason reason = ConnectionCloseReason.ClosedByRemote)
    {
        lock (_gate)
        {
            foreach (ConnectionInfo connection in _connections.FindAll(isMeant))
            {
                _connections.Remove(connection);
                _connectionObservers.ForEach(o => o.OnConnectionClosed(connection, reason));
                if (!_connections.Exists(c => c.Peer.Equals(connection.Peer)))
                {
                    _peerObservers.ForEach(o => o.OnPeerDisconnected(connection.Peer));
                }
            }
        }
    }

    public async ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, CancellationToken cancellationToken)
    {
        Dials.Enqueue(new DialCall(peer, addresses, options, time.GetUtcNow()));
        await OnDial(peer, cancellationToken);
    }

    public async ValueTask<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken)
    {
        Pings.Enqueue((peer, time.GetUtcNow()));
        return await OnPing(peer, cancellationToken);
    }

    public IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer) => [.. Connections.Where(c => c.Peer.Equals(peer))];

    public IDisposable Observe(IPeerObserver observer)
    {
        lock (_gate)
        {
            _peerObservers.Add(observer);
            foreach (ConnectionInfo connection in _connections.DistinctBy(c => c.Peer))
            {
                observer.OnPeerConnected(connection.Peer, connection.Direction, connection.RemoteAddress);
            }
        }

        return new Observation(() => _peerObservers.Remove(observer));
    }

    public IDisposable ObserveConnections(IConnectionObserver observer)
    {
        lock (_gate)
        {
            _connectionObservers.Add(observer);
            _connections.ForEach(observer.OnConnectionOpened);
        }

        return new Observation(() => _connectionObservers.Remove(observer));
    }

    public ValueTask DisconnectAsync(PeerId peer, ConnectionCloseReason reason = ConnectionCloseReason.Requested) =>
        Close(peer, c => c.Peer.Equals(peer), reason);

    public ValueTask DisconnectAsync(IPAddress address, ConnectionCloseReason reason = ConnectionCloseReason.Requested) =>
        Close(address, c => address.Equals(c.RemoteIp), reason);

    public ValueTask DisconnectAsync(IPNetwork subnet, ConnectionCloseReason reason = ConnectionCloseReason.Requested) =>
        Close(subnet, c => subnet.Contains(c.RemoteIp!), reason);

    public void Protect(PeerId peer, string tag)
    {
        lock (_gate)
        {
            _protections.Add((peer, tag));
        }
    }

    public bool Unprotect(PeerId peer, string tag)
    {
        lock (_gate)
        {
            _protections.Remove((peer, tag));
            return _protections.Any(p => p.Item1.Equals(peer));
        }
    }

    public bool IsProtected(PeerId peer, string? tag = null)
    {
        lock (_gate)
        {
            return _protections.Any(p => p.Item1.Equals(peer) && (tag is null || p.Item2 == tag));
        }
    }

    public void SetTag(PeerId peer, string tag, int value)
    {
        OnSetTag(peer);
        lock (_gate)
        {
            _tags[(peer, tag)] = value;
        }
    }

    public void RemoveTag(PeerId peer, string tag)
    {
        lock (_gate)
        {
            _tags.Remove((peer, tag));
        }
    }

    public int GetValue(PeerId peer)
    {
        lock (_gate)
        {
            return _tags.Where(t => t.Key.Item1.Equals(peer)).Sum(t => t.Value);
        }
    }

    public Traffic GetTraffic(PeerId peer) => throw new NotSupportedException();

    public IReadOnlyDictionary<string, Traffic> GetTrafficByProtocol(PeerId peer) => throw new NotSupportedException();

    private ValueTask Close(object what, Predicate<ConnectionInfo> isMeant, ConnectionCloseReason reason)
    {
        Closes.Enqueue((what, reason));
        Drop(isMeant, reason);
        return ValueTask.CompletedTask;
    }

    internal sealed record DialCall(PeerId Peer, IReadOnlyList<Multiaddr> Addresses, DialOptions Options, DateTimeOffset At);

    private sealed class Observation(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
