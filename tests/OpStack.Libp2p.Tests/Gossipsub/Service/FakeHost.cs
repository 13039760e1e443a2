using System.Collections.Concurrent;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Gossipsub.Codec;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

/// <summary>A host of the in-memory network: streams are pipes, connections are entries in two tables.</summary>
internal sealed class FakeHost(byte seed) : IProtocolHost
{
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/127.0.0.1/tcp/9222");

    private readonly ConcurrentDictionary<string, StreamHandler> _handlers = new();
    private readonly ConcurrentDictionary<PeerId, (FakeHost Host, ConnectionDirection Direction)> _connections = new();
    private readonly ConcurrentDictionary<IPeerObserver, bool> _observers = new();
    private readonly ConcurrentQueue<Task> _serving = new();
    private int _opened;

    public PeerId LocalPeerId { get; } = SampleRpc.Peer(seed);

    /// <summary>Where others see this host's connections come from.</summary>
    public Multiaddr SeenAt { get; set; } = Address;

    /// <summary>Streams this host has tried to open.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Capacity of the pipes of streams that this host opens.</summary>
    public int PipeCapacity { get; init; } = 1 << 20;

    /// <summary>Runs before a stream is opened; what it throws is what the opening fails with.</summary>
    public Func<CancellationToken, Task> OnOpen { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs before an observer is added.</summary>
    public Action OnObserve { get; set; } = () => { };

    public int Observers => _observers.Count;

    /// <summary>Handlers still running.</summary>
    public int Serving => _serving.Count(task => !task.IsCompleted);

    public void SetStreamHandler(string protocol, StreamHandler handler) => _handlers[protocol] = handler;

    public async ValueTask<ProtocolStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _opened);
        await OnOpen(cancellationToken);
        if (!_connections.TryGetValue(peer, out (FakeHost Host, ConnectionDirection Direction) remote))
        {
            throw new Libp2pException(Libp2pError.NotConnected, "no connection");
        }

        string protocol = protocols.FirstOrDefault(remote.Host._handlers.ContainsKey)
            ?? throw new Libp2pException(Libp2pError.NegotiationFailed, "no protocol in common");
        (DuplexPipe ours, DuplexPipe theirs) = DuplexPipe.Create(PipeCapacity);
        ConnectionDirection back = remote.Direction == ConnectionDirection.Inbound ? ConnectionDirection.Outbound : ConnectionDirection.Inbound;
        ProtocolStream inbound = new(theirs, protocol, LocalPeerId, back, Address);
        remote.Host._serving.Enqueue(Task.Run(() => remote.Host._handlers[protocol](inbound, CancellationToken.None), CancellationToken.None));
        return new ProtocolStream(ours, protocol, peer, remote.Direction, Address);
    }

    /// <summary>Every dial asked for.</summary>
    public ConcurrentQueue<(PeerId Peer, IReadOnlyList<Multiaddr> Addresses)> Dialled { get; } = new();

    public ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        Dialled.Enqueue((peer, addresses));
        throw new Libp2pException(Libp2pError.DialFailed, "nobody there");
    }

    public IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer) =>
        _connections.TryGetValue(peer, out (FakeHost Host, ConnectionDirection Direction) remote)
            ? [new ConnectionInfo(peer, remote.Direction, remote.Host.SeenAt, default, null)]
            : [];

    /// <summary>Signed records that peers told by identify.</summary>
    public ConcurrentDictionary<PeerId, byte[]> SignedRecords { get; } = new();

    public IdentifyInfo? GetIdentifyInfo(PeerId peer) =>
        SignedRecords.TryGetValue(peer, out byte[]? record) ? new IdentifyInfo("", "", [], [], null) { SignedPeerRecord = record } : null;

    public IDisposable Observe(IPeerObserver observer)
    {
        OnObserve();
        _observers[observer] = true;
        foreach ((PeerId peer, (_, ConnectionDirection direction)) in _connections)
        {
            observer.OnPeerConnected(peer, direction, Address);
        }

        return new Subscription(() => _observers.TryRemove(observer, out _));
    }

    public void Connect(FakeHost to)
    {
        _connections[to.LocalPeerId] = (to, ConnectionDirection.Outbound);
        to._connections[LocalPeerId] = (this, ConnectionDirection.Inbound);
        Tell(o => o.OnPeerConnected(to.LocalPeerId, ConnectionDirection.Outbound, Address));
        to.Tell(o => o.OnPeerConnected(LocalPeerId, ConnectionDirection.Inbound, Address));
    }

    /// <summary>The kept half of a simultaneous dial is the one that we dialled; observers are told nothing.</summary>
    public void KeepOutbound(FakeHost to) => _connections[to.LocalPeerId] = (to, ConnectionDirection.Outbound);

    public void Disconnect(FakeHost from)
    {
        _connections.TryRemove(from.LocalPeerId, out _);
        from._connections.TryRemove(LocalPeerId, out _);
        Tell(o => o.OnPeerDisconnected(from.LocalPeerId));
        from.Tell(o => o.OnPeerDisconnected(LocalPeerId));
    }

    public void Identify(FakeHost peer, params string[] protocols) =>
        Tell(o => o.OnPeerIdentified(peer.LocalPeerId, new IdentifyInfo("", "", protocols, [], null)));

    private void Tell(Action<IPeerObserver> tell)
    {
        foreach (IPeerObserver observer in _observers.Keys)
        {
            tell(observer);
        }
    }

    private sealed class Subscription(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
