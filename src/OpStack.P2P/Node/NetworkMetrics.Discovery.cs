using OpStack.Discv5;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Node;

/// <summary>Discovery: of the last sample. Its counters begin anew with a driver that is begun anew.</summary>
internal sealed partial class NetworkMetrics
{
    private DiscoverySample? Found => Volatile.Read(ref _found);

    private void ObserveDiscovery()
    {
        _source.Observe(DiscoveryDefinitions.Table, Of(p => [p.TableNodes]));
        _source.Observe(DiscoveryDefinitions.Live, () => Found?.Live ?? 0);
        _source.Observe(DiscoveryDefinitions.Connected, () => Found?.Connected ?? 0);
        _source.Observe(DiscoveryDefinitions.Sessions, Of(p => [p.Sessions]));
        _source.Observe(DiscoveryDefinitions.Challenges, Of(p => [p.Challenges]));
        _source.Observe(DiscoveryDefinitions.Pending, Of(p => [p.PendingRequests]));
        _source.Observe(DiscoveryDefinitions.Packets, Of(p => [p.PacketsReceived, p.PacketsSent]));
        _source.Observe(DiscoveryDefinitions.Bytes, Of(p => [p.BytesReceived, p.BytesSent]));
        _source.Observe(DiscoveryDefinitions.Dropped, Of(DroppedPackets));
        _source.Observe(DiscoveryDefinitions.ChallengeEvents, Of(p => [p.ChallengesReceived, p.ChallengesSent, p.ChallengesIgnored]));
        _source.Observe(DiscoveryDefinitions.Handshakes, Of(p => [p.HandshakesAccepted, p.HandshakesRefused]));
        _source.Observe(DiscoveryDefinitions.Requests, Of(p => RequestsByKind(p.ReceivedByKind, p.SentByKind)));
        _source.Observe(DiscoveryDefinitions.RequestEvents, Of(p => [p.RequestsRetried, p.RequestsFailed, p.ResponsesIgnored]));
        _source.Observe(DiscoveryDefinitions.Lookups, Of(p => [p.Lookups]));
        _source.Observe(DiscoveryDefinitions.LookupQueries, Of(p => [p.LookupQueries]));
        _source.Observe(DiscoveryDefinitions.RecordsRefused, Of(p => [p.RecordsRefused]));
        _source.Observe(DiscoveryDefinitions.RecordUpdates, Of(p => [p.LocalEnrUpdates]));
        _source.Observe(DiscoveryDefinitions.Addresses, Of(p => [p.AddressesConfirmed, p.AddressesRefuted]));
        _source.Observe(
            DiscoveryDefinitions.Faults, Of(p => [p.LoopFaults, p.EventsDropped, p.TalkRequestsDropped, p.TalkHandlerFaults]));
        _source.Observe(DiscoveryDefinitions.Records, ReadRecords);
        _source.Observe(DiscoveryDefinitions.Evictions, () => Found?.Metrics.Evictions ?? 0);
        _source.Observe(DiscoveryDefinitions.Stored, () => Found?.Metrics.StoredRecords ?? 0);
    }

    private MetricReader Of(Func<Discv5Metrics, long[]> read) => values =>
    {
        if (Found is { } found)
        {
            read(found.Metrics.Protocol).CopyTo(values);
        }
    };

    private static long[] DroppedPackets(Discv5Metrics protocol)
    {
        FilteredPackets filtered = protocol.Filtered;
        return
        [
            filtered.NotAllowed, filtered.BannedAddress, filtered.BannedNode, filtered.AddressRate, filtered.NodeRate, filtered.ReadBudget,
            filtered.ChallengeRate, protocol.PacketsMalformed, protocol.MessagesMalformed, protocol.DatagramsDropped, protocol.SendFailures,
        ];
    }

    private static long[] RequestsByKind(RequestCounts read, RequestCounts sent) =>
        [read.Ping, sent.Ping, read.FindNode, sent.FindNode, read.Talk, sent.Talk];

    /// <summary>The rejections stand at their own index, where that of None is what was forwarded.</summary>
    private void ReadRecords(Span<long> values)
    {
        if (Found?.Metrics is { } driver)
        {
            SeriesValues.FillBy(values, driver.Rejected);
            values[(int)EnrRejection.None] = driver.Forwarded - driver.Dropped;
            values[^1] = driver.Dropped;
        }
    }
}
