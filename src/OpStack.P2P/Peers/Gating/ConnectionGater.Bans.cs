using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Peers.Gating;

/// <summary>Bans that end by themselves, with op-node's rules (gating/expiry.go) but for protected peers, which have none.</summary>
public sealed partial class ConnectionGater
{
    /// <inheritdoc/>
    public bool BanPeer(PeerId peer, TimeSpan duration, string reason)
    {
        ArgumentNullException.ThrowIfNull(peer);
        TimedBan ban = NewBan(duration, reason);
        bool isProtected = false, isLaid = false;
        Update(lists =>
        {
            isProtected = lists.IsProtected(peer);
            GaterLists after = isProtected ? lists : WithBan(lists.WithoutEnded(Now), peer, ban);
            isLaid = ReferenceEquals(after.PeerBans.GetValueOrDefault(peer), ban);
            return after;
        });
        if (isProtected)
        {
            return false;
        }

        if (isLaid)
        {
            BanCounters.OnPeerBanned(ban.Reason);
        }

        _logger.PeerBanned(peer, duration, ban.Reason);
        Disconnect(connections => connections.DisconnectAsync(peer, ConnectionCloseReason.Banned));
        return true;
    }

    /// <inheritdoc/>
    public void BanAddr(IPAddress address, TimeSpan duration, string reason)
    {
        IPAddress plain = address.Normalize();
        TimedBan ban = NewBan(duration, reason);
        bool isLaid = false;
        Update(lists =>
        {
            GaterLists after = WithBan(lists.WithoutEnded(Now), plain, ban);
            isLaid = ReferenceEquals(after.AddressBans.GetValueOrDefault(plain), ban);
            return after;
        });
        if (isLaid)
        {
            BanCounters.OnAddressBanned(ban.Reason);
        }

        _logger.AddressBanned(plain, duration, ban.Reason);
        if (Volatile.Read(ref _connections) is { } connections)
        {
            DisconnectUnprotected(connections, plain);
        }
    }

    /// <inheritdoc/>
    public bool UnbanPeer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return Update(lists => lists with { PeerBans = lists.PeerBans.Remove(peer) });
    }

    /// <inheritdoc/>
    public bool UnbanAddr(IPAddress address)
    {
        IPAddress plain = address.Normalize();
        return Update(lists => lists with { AddressBans = lists.AddressBans.Remove(plain) });
    }

    /// <inheritdoc/>
    public IReadOnlyList<GaterBan> ListBans()
    {
        Update(lists => lists.WithoutEnded(Now));
        GaterLists lists = Lists;
        DateTimeOffset utc = _time.GetUtcNow();
        TimeSpan now = Now;
        return
        [
            .. lists.PeerBans.Select(ban => Describe(ban.Key, null, ban.Value, utc, now))
                .Concat(lists.AddressBans.Select(ban => Describe(null, ban.Key, ban.Value, utc, now)))
                .Where(ban => ban.Remaining > TimeSpan.Zero)
                .OrderBy(ban => ban.Remaining),
        ];
    }

    ValueTask IBanTarget.BanAsync(BanOrder order, CancellationToken cancellationToken)
    {
        BanPeer(order.Peer, order.Duration, order.Reason);
        return ValueTask.CompletedTask;
    }

    private static GaterLists WithBan(GaterLists lists, PeerId peer, TimedBan ban) => lists with { PeerBans = GaterLists.Add(lists.PeerBans, peer, ban) };

    private static GaterLists WithBan(GaterLists lists, IPAddress address, TimedBan ban) =>
        lists with { AddressBans = GaterLists.Add(lists.AddressBans, address, ban) };

    private static GaterBan Describe(PeerId? peer, IPAddress? address, TimedBan ban, DateTimeOffset utc, TimeSpan now) =>
        new(peer, address, ban.Reason, ban.BannedAt, utc + (ban.EndsAt - now), ban.EndsAt - now);

    private TimedBan NewBan(TimeSpan duration, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, PeerLimits.MaxTime);
        string cut = reason.Length <= PeerLimits.MaxBanReason ? reason : reason[..PeerLimits.MaxBanReason];
        return new TimedBan(Now + duration, _time.GetUtcNow(), cut);
    }

    /// <summary>
    /// A protected peer keeps the connection it has at a banned address: the swarm's closing by address would take it along.
    /// </summary>
    private void DisconnectUnprotected(IConnectionManager connections, IPAddress address)
    {
        PeerId[] there = [.. connections.Connections.Where(c => address.Equals(c.RemoteIp)).Select(c => c.Peer).Distinct()];
        if (!Array.Exists(there, Lists.IsProtected))
        {
            Disconnect(all => all.DisconnectAsync(address, ConnectionCloseReason.Banned));
            return;
        }

        foreach (PeerId peer in there.Where(peer => !Lists.IsProtected(peer)))
        {
            Disconnect(all => all.DisconnectAsync(peer, ConnectionCloseReason.Banned));
        }
    }
}
