using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers;

/// <summary>What the services about peers need of the swarm; tests stand in for it.</summary>
internal interface IPeerHost
{
    PeerId LocalPeerId { get; }

    IConnectionManager Connections { get; }

    /// <summary>As <see cref="Swarm.DialAsync(PeerId, IReadOnlyList{Multiaddr}, DialOptions, CancellationToken)"/>.</summary>
    ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, CancellationToken cancellationToken);

    /// <summary>As <see cref="Swarm.PingAsync"/>: <see cref="Libp2pException"/> when it came to nothing.</summary>
    ValueTask<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken);

    /// <summary>The connections to a peer; empty when it is not connected.</summary>
    IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer);

    /// <summary>The peers connected now, each once.</summary>
    IReadOnlyList<PeerId> ConnectedPeers { get; }

    /// <summary>Adds an observer; it is told of the peers connected already.</summary>
    IDisposable Observe(IPeerObserver observer);
}

/// <summary>The swarm.</summary>
internal sealed class SwarmPeerHost(Swarm swarm) : IPeerHost
{
    public PeerId LocalPeerId => swarm.LocalPeerId;

    public IConnectionManager Connections => swarm;

    public IReadOnlyList<PeerId> ConnectedPeers => swarm.ConnectedPeers;

    public ValueTask DialAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, DialOptions options, CancellationToken cancellationToken) =>
        swarm.DialAsync(peer, addresses, options, cancellationToken);

    public ValueTask<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken) => swarm.PingAsync(peer, cancellationToken);

    public IReadOnlyList<ConnectionInfo> GetConnections(PeerId peer) => swarm.GetConnections(peer);

    public IDisposable Observe(IPeerObserver observer) => swarm.Observe(observer);
}
