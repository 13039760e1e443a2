using OpStack.Discv5.Records;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Storage;

/// <summary>What a peers.json held: peers, and how many entries could not be read.</summary>
internal sealed record LoadedPeers(IReadOnlyList<StoredPeer> Peers, int Skipped);

/// <summary>
/// What of peers goes into peers.json and out of it. On the way out everything is bounded and checked again; what does not hold is left
/// out.
/// </summary>
internal static class PeerStoreFormat
{
    private const string Inbound = "inbound";
    private const string Outbound = "outbound";

    /// <summary>The peers, those seen last at the end.</summary>
    public static PeerStoreDocument Write(IReadOnlyList<StoredPeer> peers, DateTimeOffset now) => new()
    {
        Version = PeerStoreDocument.CurrentVersion,
        SavedAt = StoredTime.Write(now),
        Peers = [.. peers.OrderBy(peer => peer.LastSeenAt).Select(Write)],
    };

    /// <summary>The peers of a document, and how many of its entries name none.</summary>
    public static LoadedPeers Read(PeerStoreDocument document)
    {
        if (document.Version != PeerStoreDocument.CurrentVersion || document.Peers is not { } entries)
        {
            throw new InvalidDataException($"it is no list of peers of version {PeerStoreDocument.CurrentVersion}");
        }

        StoredPeer[] peers = [.. entries.Select(Read).OfType<StoredPeer>()];
        return new LoadedPeers(peers, entries.Count - peers.Length);
    }

    private static PeerEntry Write(StoredPeer peer) => new()
    {
        PeerId = peer.Peer.ToString(),
        Addresses = NullIfEmpty(peer.Addresses, a => new AddressEntry(a.Address.ToString(), a.Source.ToString(), StoredTime.Write(a.ExpiresAt))),
        AgentVersion = NullIfEmpty(peer.AgentVersion),
        ProtocolVersion = NullIfEmpty(peer.ProtocolVersion),
        Protocols = NullIfEmpty(peer.Protocols, protocol => protocol),
        Enr = peer.Record?.ToString(),
        LatencyMs = peer.Latency?.TotalMilliseconds,
        Score = peer.Score is { } score ? Write(score) : null,
        FirstSeenAt = StoredTime.Write(peer.FirstSeenAt),
        LastSeenAt = StoredTime.Write(peer.LastSeenAt),
        ConnectedAt = StoredTime.Write(peer.ConnectedAt),
        DisconnectedAt = StoredTime.Write(peer.DisconnectedAt),
        Direction = peer.Direction is { } direction ? direction == ConnectionDirection.Inbound ? Inbound : Outbound : null,
    };

    private static ScoreEntry Write(StoredScore score) => new()
    {
        Total = score.Total,
        Cause = score.Cause.ToString(),
        BehaviourPenalty = score.BehaviourPenalty,
        SlowPeerPenalty = score.SlowPeerPenalty,
        Topics = NullIfEmpty(
            score.Topics, t => new TopicScoreEntry(t.Topic, t.MeshMessageDeliveries, t.MeshFailurePenalty, t.InvalidMessageDeliveries)),
        Responses = score.Responses is { } r && r != default ? new ResponsesEntry(r.Valid, r.Errors, r.Rejected) : null,
        ExpiresAt = StoredTime.Write(score.ExpiresAt),
    };

    private static StoredPeer? Read(PeerEntry? entry) =>
        entry is null || !PeerId.TryParse(entry.PeerId, out PeerId? peer) ? null : new StoredPeer(peer)
        {
            Addresses =
            [
                .. Some(entry.Addresses).Select(Read).OfType<StoredAddress>().DistinctBy(a => a.Address).Take(PeerLimits.MaxAddressesPerPeer),
            ],
            AgentVersion = PeerText.Clean(entry.AgentVersion ?? "", PeerLimits.MaxAgentVersion),
            ProtocolVersion = PeerText.Clean(entry.ProtocolVersion ?? "", PeerLimits.MaxProtocolVersion),
            Protocols = PeerText.Kept(Some(entry.Protocols)),
            Record = Enr.TryParse(entry.Enr, out Enr? record) && record.PublicKey.ToPeerId().Equals(peer) ? record : null,
            Latency = entry.LatencyMs is >= 0 and < int.MaxValue ? TimeSpan.FromMilliseconds(entry.LatencyMs.Value) : null,
            Score = entry.Score is { } score ? Read(score) : null,
            FirstSeenAt = StoredTime.Read(entry.FirstSeenAt),
            LastSeenAt = StoredTime.Read(entry.LastSeenAt),
            ConnectedAt = StoredTime.Read(entry.ConnectedAt),
            DisconnectedAt = StoredTime.Read(entry.DisconnectedAt),
            Direction = entry.Direction switch
            {
                Inbound => ConnectionDirection.Inbound,
                Outbound => ConnectionDirection.Outbound,
                _ => null,
            },
        };

    private static StoredAddress? Read(AddressEntry? entry) =>
        entry is not null
        && Enum.TryParse(entry.Source, out AddressSource source) && Enum.IsDefined(source)
        && Multiaddr.TryParse(entry.Address, out Multiaddr? address) && PeerStore.IsUsable(address, null)
            ? new StoredAddress(address, source, StoredTime.Read(entry.ExpiresAt))
            : null;

    private static StoredScore Read(ScoreEntry entry)
    {
        StoredScore score = new(
            entry.Total,
            Enum.TryParse(entry.Cause, out ScoreCause cause) && Enum.IsDefined(cause) ? cause : ScoreCause.Unknown,
            entry.BehaviourPenalty,
            entry.SlowPeerPenalty,
            [
                .. Some(entry.Topics).Where(t => t.Topic is not null).Select(t => new StoredTopicScore(
                    t.Topic!, t.MeshMessageDeliveries, t.MeshFailurePenalty, t.InvalidMessageDeliveries)),
            ],
            StoredTime.Read(entry.ExpiresAt))
        {
            Responses = entry.Responses is { } r ? new StoredResponses(r.Valid, r.Errors, r.Rejected) : default,
        };
        return score.Cut();
    }

    private static IEnumerable<T> Some<T>(IReadOnlyList<T?>? list)
        where T : class => list?.OfType<T>() ?? [];

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static IReadOnlyList<TEntry>? NullIfEmpty<T, TEntry>(IReadOnlyList<T> list, Func<T, TEntry> write) =>
        list.Count == 0 ? null : [.. list.Select(write)];
}
