using OpStack.Discv5.Protocol;

namespace OpStack.Discv5;

/// <summary>The state, for readers.</summary>
internal sealed partial class Discv5Protocol
{
    public IReadOnlyList<TableEntryInfo> SnapshotTable() => [.. _table.Snapshot().Select(node =>
    {
        NodeAddress address = new(node.Record.NodeId, node.Endpoint);
        Peer? peer = _sessions.TryGet(address, _now, out _) ? _peers.Find(address) : null;
        return new TableEntryInfo(node.Record, node.IsLive, peer is not null, peer?.IsOutbound ?? false);
    })];

    public Discv5Metrics SnapshotMetrics() => new()
    {
        PacketsReceived = _counters.PacketsReceived,
        BytesReceived = _counters.BytesReceived,
        PacketsSent = _counters.PacketsSent,
        BytesSent = _counters.BytesSent,
        PacketsFiltered = _counters.PacketsFiltered,
        Filtered = _counters.Filtered,
        PacketsMalformed = _counters.PacketsMalformed,
        ChallengesSent = _counters.ChallengesSent,
        ChallengesReceived = _counters.ChallengesReceived,
        ChallengesIgnored = _counters.ChallengesIgnored,
        HandshakesAccepted = _counters.HandshakesAccepted,
        HandshakesRefused = _counters.HandshakesRefused,
        IdentityChecks = _counters.IdentityChecks,
        MessagesMalformed = _counters.MessagesMalformed,
        RequestsReceived = _counters.RequestsReceived,
        ReceivedByKind = _counters.ReceivedByKind,
        RequestsSent = _counters.RequestsSent,
        SentByKind = _counters.SentByKind,
        RequestsRetried = _counters.RequestsRetried,
        RequestsFailed = _counters.RequestsFailed,
        ResponsesIgnored = _counters.ResponsesIgnored,
        RecordsRefused = _counters.RecordsRefused,
        Lookups = _counters.Lookups,
        LookupQueries = _counters.LookupQueries,
        LocalEnrUpdates = _counters.LocalEnrUpdates,
        AddressesConfirmed = _counters.AddressesConfirmed,
        AddressesRefuted = _counters.AddressesRefuted,
        TableNodes = _table.Count,
        Sessions = _sessions.Count,
        Challenges = _challenges.Count,
        PendingRequests = _requests.Count,
    };
}
