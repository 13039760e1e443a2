using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// A part of the node that keeps banned peers out: the gater, discovery. Gossip needs none: its streams run on connections, and those the
/// gater refuses.
/// </summary>
public interface IBanTarget
{
    /// <summary>
    /// Applies a ban. Must not wait for the peer; what it throws is logged and keeps no other target from its ban, nor does it longer than
    /// 5 s.
    /// </summary>
    ValueTask BanAsync(BanOrder order, CancellationToken cancellationToken);
}

/// <summary>A ban to apply.</summary>
/// <param name="Peer">Whom.</param>
/// <param name="Addresses">
/// Where it was connected from or to, ending in /p2p, each IP once; without loopback, which is this machine and may host other peers. May
/// be empty.
/// </param>
/// <param name="Duration">For how long from now; positive.</param>
/// <param name="Reason">A word of lower-case letters and dashes, as in the line for misbehaving peers.</param>
/// <param name="Score">The peer's score when it was judged.</param>
public sealed record BanOrder(PeerId Peer, IReadOnlyList<Multiaddr> Addresses, TimeSpan Duration, string Reason, double Score);
