using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Storage;

/// <summary>What a gater.json held: the state, its entries, and how many more could not be read.</summary>
internal sealed record LoadedGater(GaterState State, int Entries, int Skipped);

/// <summary>What of a gater goes into gater.json and out of it.</summary>
internal static class GaterFormat
{
    public static GaterDocument Write(GaterState state, DateTimeOffset now) => new()
    {
        Version = GaterDocument.CurrentVersion,
        SavedAt = StoredTime.Write(now),
        BlockedPeers = [.. state.BlockedPeers.Select(peer => peer.ToString())],
        BlockedAddrs = [.. state.BlockedAddrs.Select(address => address.ToString())],
        BlockedSubnets = [.. state.BlockedSubnets.Select(subnet => subnet.ToString())],
        ProtectedPeers = [.. state.ProtectedPeers.Select(peer => peer.ToString())],
        Bans = [.. state.Bans.Select(Write)],
    };

    /// <summary>The state of a document, and how many of its entries cannot be read.</summary>
    public static LoadedGater Read(GaterDocument document)
    {
        if (document.Version != GaterDocument.CurrentVersion)
        {
            throw new InvalidDataException($"it is no list of blocks and bans of version {GaterDocument.CurrentVersion}");
        }

        int entries = 0, read = 0;
        T[] Each<TEntry, T>(IReadOnlyList<TEntry>? list, Func<TEntry, (bool, T?)> parse)
        {
            (bool IsValid, T? Value)[] parsed = [.. (list ?? []).Select(parse)];
            T[] valid = [.. parsed.Where(p => p.IsValid).Select(p => p.Value!)];
            entries += parsed.Length;
            read += valid.Length;
            return valid;
        }

        GaterState state = new(
            Each(document.BlockedPeers, ParsePeer),
            Each(document.BlockedAddrs, text => (IPAddress.TryParse(text, out IPAddress? address), address)),
            Each(document.BlockedSubnets, text => (IPNetwork.TryParse(text, out IPNetwork subnet), subnet)),
            Each(document.ProtectedPeers, ParsePeer),
            Each(document.Bans, ban => (TryRead(ban, out GaterBan? read), read)));
        return new LoadedGater(state, read, entries - read);
    }

    private static BanEntry Write(GaterBan ban) => new()
    {
        Peer = ban.Peer?.ToString(),
        Address = ban.Address?.ToString(),
        Reason = PeerText.Clean(ban.Reason, PeerLimits.MaxBanReason),
        BannedAt = StoredTime.Write(ban.BannedAt),
        ExpiresAt = StoredTime.Write(ban.ExpiresAt),
    };

    private static (bool IsValid, PeerId? Peer) ParsePeer(string? text) => (PeerId.TryParse(text, out PeerId? peer), peer);

    private static bool TryRead(BanEntry? entry, out GaterBan? ban)
    {
        ban = null;
        PeerId? peer = null;
        IPAddress? address = null;
        bool names = entry is not null
            && (entry.Peer is null ? IPAddress.TryParse(entry.Address, out address) : PeerId.TryParse(entry.Peer, out peer));
        if (names)
        {
            string reason = PeerText.Clean(entry!.Reason ?? "", PeerLimits.MaxBanReason);
            ban = new GaterBan(peer, address, reason, StoredTime.Read(entry.BannedAt), StoredTime.Read(entry.ExpiresAt), TimeSpan.Zero);
        }

        return names;
    }
}
