using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Gating;

/// <summary>What of a gater outlives a restart: the operator's lists, and bans by the time they end at.</summary>
internal sealed record GaterState(
    IReadOnlyCollection<PeerId> BlockedPeers,
    IReadOnlyCollection<IPAddress> BlockedAddrs,
    IReadOnlyCollection<IPNetwork> BlockedSubnets,
    IReadOnlyCollection<PeerId> ProtectedPeers,
    IReadOnlyCollection<GaterBan> Bans);
