using System.Threading.Channels;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Storage;

namespace OpStack.P2P;

/// <summary>Connections and peers: who may connect, what is known of them, and dialling what discovery finds.</summary>
public sealed partial class GossipDriver
{
    /// <summary>Blocks, bans and protects peers, now and for the future.</summary>
    public IConnectionGater Gater => _gater;

    /// <summary>What is known of peers, connected or not.</summary>
    public PeerStore PeerStore => _records.Store;

    /// <summary>The connections: traffic, tags, protection, closing. What must last is said to <see cref="Gater"/>.</summary>
    public IConnectionManager ConnectionManager => _swarm;

    /// <summary>Connected peers that the last inspection of scores spared.</summary>
    internal int SparedPeers => _peers.SparedCount;

    /// <summary>What identify tells peers of us.</summary>
    internal IdentifyInfo OwnIdentifyInfo => _swarm.GetOwnIdentifyInfo();

    /// <summary>
    /// Tells the target of every ban by score from now on: discovery, whose <see cref="Discv5Handler"/> is one. The gater is told first, and need
    /// not be added. Nothing comes of it when the driver bans nobody.
    /// </summary>
    public void AddBanTarget(IBanTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _peers.AddBanTarget(target);
    }

    /// <summary>
    /// Keeps us in peers: takes the records discovery finds (<see cref="Discv5Handler.Enrs"/>) into the peer store and dials from there, at
    /// op-node's pace and only while we want peers. Runs until cancelled or until the driver is disposed; at once is enough. Throws
    /// <see cref="InvalidOperationException"/> before <see cref="StartAsync"/>.
    /// </summary>
    public async Task DialDiscoveredAsync(ChannelReader<Enr> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        RequireStarted();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await _peers.DialDiscoveredAsync(records, either.Token).ConfigureAwait(false);
    }

    private ValueTask DialCoreAsync(Multiaddr address, DialOptions options, CancellationToken cancellationToken) =>
        address.PeerId is { } peer
            ? _dialer.DialAsync(peer, [address], options, cancellationToken)
            : _swarm.DialAsync(address, options, cancellationToken); // Which says what is wrong with it.
}
