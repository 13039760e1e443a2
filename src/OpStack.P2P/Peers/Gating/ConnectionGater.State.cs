using System.Collections.Immutable;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Peers.Gating;

/// <summary>What is written down and read again.</summary>
public sealed partial class ConnectionGater
{
    internal GaterState Export()
    {
        IReadOnlyList<GaterBan> bans = ListBans();
        GaterLists lists = Lists;
        return new GaterState(
            lists.BlockedPeers,
            lists.BlockedAddrs,
            lists.BlockedSubnets.Subnets,
            [.. lists.Protected.Where(peer => peer.Value.Contains(OperatorTag)).Select(peer => peer.Key)],
            bans);
    }

    /// <summary>
    /// Adds what was exported to what is there, up to the limits. A ban has the time left that its end is away by the wall clock, but never
    /// more than it was given: a clock that was set back must not keep a peer out for years.
    /// </summary>
    internal void Import(GaterState state)
    {
        Update(lists => lists with
        {
            BlockedPeers = Joined(lists.BlockedPeers, state.BlockedPeers),
            BlockedAddrs = Joined(lists.BlockedAddrs, state.BlockedAddrs.Select(address => address.Normalize())),
            BlockedSubnets = lists.BlockedSubnets.Replace(
                Joined(lists.BlockedSubnets.Subnets, state.BlockedSubnets.Select(subnet => subnet.Normalize()))),
        });
        foreach (PeerId peer in state.ProtectedPeers.Take(PeerLimits.MaxListed - Lists.Protected.Count))
        {
            ProtectPeer(peer);
        }

        DateTimeOffset utc = _time.GetUtcNow();
        foreach (GaterBan ban in state.Bans.Take(PeerLimits.MaxBans))
        {
            TimeSpan given = ban.ExpiresAt - ban.BannedAt;
            TimeSpan left = ban.ExpiresAt - utc;
            TimedBan timed = new(Now + (left < given ? left : given), ban.BannedAt, ban.Reason);
            Update(lists => !timed.Holds(Now) ? lists
                : ban.Peer is null ? WithBan(lists, ban.Address!.Normalize(), timed)
                : lists.IsProtected(ban.Peer) ? lists
                : WithBan(lists, ban.Peer, timed));
        }
    }

    private static ImmutableHashSet<T> Joined<T>(ImmutableHashSet<T> there, IEnumerable<T> more) =>
        there.Union(more.Take(PeerLimits.MaxListed - there.Count));
}
