using System.Collections.Concurrent;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests;

/// <summary>A host without sockets: streams to linked hosts are in-memory pipes. A test plays a peer by setting raw handlers or opening raw streams.</summary>
internal sealed class FakeHost : IProtocolHost
{
    public static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, StreamHandler> _handlers = new();
    private readonly ConcurrentDictionary<PeerId, FakeHost> _links = new();
    private readonly List<IPeerObserver> _observers = [];

    public FakeHost(KeyPair? key = null, int lastOctet = 1)
    {
        Key = key ?? KeyPair.GenerateEd25519();
        Address = Multiaddr.Parse($"/ip4/127.0.0.{lastOctet}/tcp/9222");
    }

    public KeyPair Key { get; }

    public Multiaddr Address { get; }

    public PeerId LocalPeerId => Key.PeerId;

    public IReadOnlyList<string> Protocols => [.. _handlers.Keys.Order()];

    /// <summary>What the next openings of a stream fail with.</summary>
    public ConcurrentQueue<Libp2pException> Faults { get; } = new();

    /// <summary>Every run of a handler of this host.</summary>
    public ConcurrentQueue<Task> Served { get; } = new();

    public void SetStreamHandler(string protocol, StreamHandler handler) => _handlers[protocol] = handler;

    public ValueTask<ProtocolStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Faults.TryDequeue(out Libp2pException? fault))
        {
            throw fault;
        }

        if (!_links.TryGetValue(peer, out FakeHost? remote))
        {
            throw new Libp2pException(Libp2pError.NotConnected, "not linked");
        }

        string protocol = protocols.FirstOrDefault(remote._handlers.ContainsKey)
            ?? throw new Libp2pException(Libp2pError.NegotiationFailed, "no common protocol");
        (DuplexPipe ours, DuplexPipe theirs) = DuplexPipe.Create();
        ProtocolStream inbound = new(theirs, protocol, LocalPeerId, ConnectionDirection.Inbound, Address);
        remote.Served.Enqueue(Task.Run(() => remote._handlers[protocol](inbound, CancellationToken.None), CancellationToken.None));
        return ValueTask.FromResult(new ProtocolStream(ours, protocol, peer, ConnectionDirection.Outbound, remote.Address));
    }

    public ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken) =>
        throw new NotSupportedException("These tests dial nobody.");

    public IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer) =>
        _links.TryGetValue(peer, out FakeHost? remote) ? [new ConnectionInfo(peer, ConnectionDirection.Outbound, remote.Address, default, null)] : [];

    public IdentifyInfo? GetIdentifyInfo(PeerId peer) => null;

    public IDisposable Observe(IPeerObserver observer)
    {
        _observers.Add(observer);
        return new Subscription(() => _observers.Remove(observer));
    }

    public void Connect(FakeHost other)
    {
        _links[other.LocalPeerId] = other;
        other._links[LocalPeerId] = this;
        _observers.ForEach(o => o.OnPeerConnected(other.LocalPeerId, ConnectionDirection.Outbound, other.Address));
        other._observers.ForEach(o => o.OnPeerConnected(LocalPeerId, ConnectionDirection.Inbound, Address));
    }

    public void Disconnect(FakeHost other)
    {
        _links.TryRemove(other.LocalPeerId, out _);
        other._links.TryRemove(LocalPeerId, out _);
        _observers.ForEach(o => o.OnPeerDisconnected(other.LocalPeerId));
        other._observers.ForEach(o => o.OnPeerDisconnected(LocalPeerId));
    }

    /// <summary>Waits until something that other threads do has happened.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource guard = new(HangGuard);
        while (!condition())
        {
            await Task.Delay(2, guard.Token);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
