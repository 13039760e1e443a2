using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>
/// Which addresses are dialled for a peer: only ones at the IP address it is seen at (libp2p specs, autonat v1; RFC 3489 section 12.1.1), so
/// that nobody can aim us at somebody else. Pure.
/// </summary>
internal static class DialBackTargets
{
    /// <summary>
    /// The observed address, then each port the peer names, at the observed IP whatever IP it names beside it: behind a NAT it knows its ports,
    /// but not its address (go-libp2p). What is no plain TCP address, or ends in another peer's id, is left out.
    /// </summary>
    /// <param name="peer">The proven identity of the peer.</param>
    /// <param name="observed">Where it is seen.</param>
    /// <param name="named">Where it says it is.</param>
    public static IReadOnlyList<Multiaddr> Select(PeerId peer, IPEndPoint observed, IEnumerable<Multiaddr> named)
    {
        List<Multiaddr> targets = [Multiaddr.FromTcpEndPoint(observed)];
        foreach (Multiaddr address in named)
        {
            if (targets.Count == AutoNatLimits.MaxAddresses)
            {
                break;
            }

            if ((address.PeerId is null || address.PeerId.Equals(peer))
                && address.TryGetTcpEndPoint(out IPEndPoint? endPoint)
                && endPoint.Port != 0
                && Multiaddr.FromTcpEndPoint(new IPEndPoint(observed.Address, endPoint.Port)) is var target
                && !targets.Contains(target))
            {
                targets.Add(target);
            }
        }

        return targets;
    }
}
