using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// Who may connect, and what an operator can change about it: kona's ConnectionGate under .NET names, on top of the hooks of
/// <see cref="IConnectionGate"/>, which hold for inbound connections as well. <see cref="ConnectionGater"/> is the implementation; a host
/// may bring its own. Any thread.
/// </summary>
public interface IConnectionGater : IConnectionGate, IBanTarget
{
    /// <summary>
    /// Tells the gater whose connections it judges and where scores are read. Called once, before the first hook; from then on what is
    /// blocked or banned is also disconnected.
    /// </summary>
    /// <exception cref="InvalidOperationException">It judges those of another swarm already.</exception>
    void Attach(IConnectionManager connections, IPeerScores scores);

    /// <summary>
    /// Whether the address, ending in /p2p, could be dialled now; changes nothing. A host name is not looked up: what it resolves to is
    /// judged when it is dialled.
    /// </summary>
    DialError CanDial(Multiaddr address);

    /// <summary>Where we stand with a peer.</summary>
    Connectedness GetConnectedness(PeerId peer);

    /// <summary>
    /// A dial of the address's peer begins: until <see cref="RemoveDial"/> it is not to be dialled a second time. No effect without /p2p.
    /// </summary>
    void Dialing(Multiaddr address);

    /// <summary>
    /// Counts a dial against its threshold. An address that <see cref="IConnectionGate.InterceptAddressDial"/> allowed is counted already;
    /// this is for a host that dials by other means. No effect without /p2p.
    /// </summary>
    void Dialed(Multiaddr address);

    /// <summary>The dial of the peer is over.</summary>
    void RemoveDial(PeerId peer);

    /// <summary>
    /// False for the address of a protected peer: it is neither pruned nor banned for its score. True for an address without /p2p.
    /// </summary>
    bool CanDisconnect(Multiaddr address);

    /// <summary>Blocks a peer until <see cref="UnblockPeer"/>, protected or not, and closes its connections.</summary>
    /// <exception cref="PeerListFullException">16,384 peers are blocked.</exception>
    void BlockPeer(PeerId peer);

    /// <summary>Ends a block of a peer, and a ban of it as well (op-node).</summary>
    void UnblockPeer(PeerId peer);

    /// <summary>The peers blocked, in no order.</summary>
    IReadOnlyList<PeerId> ListBlockedPeers();

    /// <summary>
    /// Blocks an IP address, for protected peers as well, and closes the connections from and to it. An IPv4-mapped address is the IPv4
    /// one.
    /// </summary>
    /// <exception cref="PeerListFullException">16,384 addresses are blocked.</exception>
    void BlockAddr(IPAddress address);

    /// <summary>Ends a block of an address, and a ban of it as well.</summary>
    void UnblockAddr(IPAddress address);

    /// <summary>The addresses blocked, in no order.</summary>
    IReadOnlyList<IPAddress> ListBlockedAddrs();

    /// <summary>
    /// Blocks a subnet, for protected peers as well, and closes the connections from and to it. One inside ::ffff:0:0/96 is the IPv4
    /// subnet.
    /// </summary>
    /// <exception cref="PeerListFullException">16,384 subnets are blocked.</exception>
    void BlockSubnet(IPNetwork subnet);

    /// <summary>Ends a block of exactly this subnet.</summary>
    void UnblockSubnet(IPNetwork subnet);

    /// <summary>The subnets blocked, in no order.</summary>
    IReadOnlyList<IPNetwork> ListBlockedSubnets();

    /// <summary>
    /// Keeps a peer from being pruned, from dial thresholds, from the least score and from bans; a ban that stands ends. A block still
    /// holds.
    /// </summary>
    /// <param name="peer">The peer, connected or not.</param>
    /// <param name="tag">
    /// Who protects it; it is protected as long as one tag is left. The operator's own outlives a restart, others do not.
    /// </param>
    /// <exception cref="PeerListFullException">16,384 peers are protected.</exception>
    void ProtectPeer(PeerId peer, string tag = ConnectionGater.OperatorTag);

    /// <summary>Ends the protection of this tag.</summary>
    void UnprotectPeer(PeerId peer, string tag = ConnectionGater.OperatorTag);

    /// <summary>The peers protected by any tag, in no order.</summary>
    IReadOnlyList<PeerId> ListProtectedPeers();

    /// <summary>
    /// Keeps a peer out for a time and closes its connections. False, and nothing is done, for a protected peer. A ban that ends later
    /// stays as it is; past 4,096 bans the one that ends first makes room.
    /// </summary>
    /// <param name="peer">The peer.</param>
    /// <param name="duration">Positive, at most 365 days.</param>
    /// <param name="reason">For a person; what is longer than 64 characters is cut.</param>
    bool BanPeer(PeerId peer, TimeSpan duration, string reason);

    /// <summary>
    /// The same for an IP address. Protected peers are still dialled there; an inbound connection is refused before it can say whose it is.
    /// </summary>
    void BanAddr(IPAddress address, TimeSpan duration, string reason);

    /// <summary>Ends a ban of a peer; true when one stood.</summary>
    bool UnbanPeer(PeerId peer);

    /// <summary>Ends a ban of an address; true when one stood.</summary>
    bool UnbanAddr(IPAddress address);

    /// <summary>The bans that stand now, those that end first before others.</summary>
    IReadOnlyList<GaterBan> ListBans();
}
