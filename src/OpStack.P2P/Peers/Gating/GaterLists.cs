using System.Collections.Immutable;
using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Gating;

/// <summary>Everything the gater goes by, at one moment. Immutable, so hooks read it without a lock while an operator changes it.</summary>
internal sealed record GaterLists
{
    public static readonly GaterLists Empty = new();

    public ImmutableHashSet<PeerId> BlockedPeers { get; init; } = [];

    public ImmutableHashSet<IPAddress> BlockedAddrs { get; init; } = [];

    public SubnetSet BlockedSubnets { get; init; } = SubnetSet.Empty;

    /// <summary>By peer, the tags that protect it; never an empty set.</summary>
    public ImmutableDictionary<PeerId, ImmutableHashSet<string>> Protected { get; init; } =
        ImmutableDictionary<PeerId, ImmutableHashSet<string>>.Empty;

    /// <summary>Ended ones among them until the next change. Never one of a protected peer.</summary>
    public ImmutableDictionary<PeerId, TimedBan> PeerBans { get; init; } = ImmutableDictionary<PeerId, TimedBan>.Empty;

    public ImmutableDictionary<IPAddress, TimedBan> AddressBans { get; init; } = ImmutableDictionary<IPAddress, TimedBan>.Empty;

    public bool IsProtected(PeerId peer) => Protected.ContainsKey(peer);

    public bool IsProtected(PeerId peer, string tag) => Protected.TryGetValue(peer, out ImmutableHashSet<string>? tags) && tags.Contains(tag);

    /// <summary>
    /// Blocks hold for everybody; bans only for peers that are not protected. Either may be unknown yet; the address is in normal form.
    /// </summary>
    public GateVerdict Judge(PeerId? peer, IPAddress? ip, TimeSpan now)
    {
        if (peer is not null && BlockedPeers.Contains(peer))
        {
            return GateVerdict.PeerBlocked;
        }

        if (ip is not null && BlockedAddrs.Contains(ip))
        {
            return GateVerdict.AddressBlocked;
        }

        if (ip is not null && BlockedSubnets.Contains(ip))
        {
            return GateVerdict.SubnetBlocked;
        }

        if (peer is not null && PeerBans.TryGetValue(peer, out TimedBan? ban) && ban.Holds(now))
        {
            return GateVerdict.PeerBanned;
        }

        return ip is not null && AddressBans.TryGetValue(ip, out ban) && ban.Holds(now) && (peer is null || !IsProtected(peer))
            ? GateVerdict.AddressBanned
            : GateVerdict.Allow;
    }

    /// <summary>The same without the bans that have ended; equal when there are none.</summary>
    public GaterLists WithoutEnded(TimeSpan now)
    {
        ImmutableDictionary<PeerId, TimedBan> peers = PeerBans.RemoveRange(PeerBans.Where(ban => !ban.Value.Holds(now)).Select(ban => ban.Key));
        ImmutableDictionary<IPAddress, TimedBan> addresses =
            AddressBans.RemoveRange(AddressBans.Where(ban => !ban.Value.Holds(now)).Select(ban => ban.Key));
        return this with { PeerBans = peers, AddressBans = addresses };
    }

    /// <summary>Adds a ban to one of the two; a ban that ends later stays, and past the limit the one that ends first makes room.</summary>
    public static ImmutableDictionary<T, TimedBan> Add<T>(ImmutableDictionary<T, TimedBan> bans, T banned, TimedBan ban)
        where T : notnull
    {
        if (bans.TryGetValue(banned, out TimedBan? known) && known.EndsAt >= ban.EndsAt)
        {
            return bans;
        }

        bans = bans.SetItem(banned, ban);
        return bans.Count > PeerLimits.MaxBans ? bans.Remove(bans.MinBy(b => b.Value.EndsAt).Key) : bans;
    }
}
