using OpStack.Discv5;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.AspNetCore.Dashboard;

/// <summary>Asks a node what the page shows.</summary>
internal static class SnapshotTaker
{
    public static async Task<DashboardSnapshot> TakeAsync(NetworkHandler node, TimeProvider time, CancellationToken cancellationToken)
    {
        GossipDriver gossip = node.Gossip;
        RouterSnapshot router = await gossip.GetSnapshotAsync(cancellationToken).ConfigureAwait(false);
        (DiscoveryView? discovery, Discv5Metrics? packets) = await DiscoveryAsync(node.Discovery, cancellationToken).ConfigureAwait(false);
        string[] topics = [.. router.Mesh.Keys.Order(StringComparer.Ordinal).Take(EndpointLimits.MaxSnapshotNames)];
        IReadOnlyList<PeerView> peers = PeerViews.Of(gossip, router, topics);
        IReadOnlyList<GaterBan> bans = gossip.Gater.ListBans();
        return new DashboardSnapshot(
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            NodeOf(node),
            [.. node.Parts.Select(part => new PartView(part.Part.ToString(), part.State.ToString(), part.Faults, part.LastFault))],
            [.. topics.Select(topic => new TopicView(topic, router.Mesh[topic].Count, CountOf(router.Subscribers, topic)))],
            peers,
            gossip.ConnectedPeers.Count,
            [.. node.RecentBlocks.TakeLast(EndpointLimits.MaxSnapshotBlocks).Select(ViewOf)],
            [.. bans.Take(EndpointLimits.MaxSnapshotBans).Select(ViewOf)],
            bans.Count,
            discovery,
            TotalsOf(node, router.Counters, packets));
    }

    private static NodeView NodeOf(NetworkHandler node)
    {
        ulong chainId = node.Gossip.ChainId;
        return new NodeView(
            node.Gossip.LocalPeerId.ToString(),
            chainId.ToString(),
            ChainRegistry.TryGet(chainId, out RegisteredChain? chain) ? chain.Name : null,
            [.. node.Gossip.ListenAddresses.Take(EndpointLimits.MaxSnapshotNames).Select(address => address.ToString())],
            node.Gossip.UnsafeBlockSigner.ToString(),
            node.Discovery?.LocalEnr.ToString(),
            new ThresholdsView(
                PeerScoreOptions.LightThresholds.Gossip, PeerScoreOptions.LightThresholds.Publish, PeerScoreOptions.LightThresholds.Graylist));
    }

    private static BlockView ViewOf(RecentBlock block) => new(
        block.Number.ToString(),
        block.Hash.ToString(),
        block.Size,
        block.Transactions,
        block.ReceivedAt.ToUnixTimeMilliseconds(),
        Math.Round(block.Latency.TotalMilliseconds, 1),
        block.Origin.ToString(),
        block.Peer?.ToString());

    private static BanView ViewOf(GaterBan ban) => new(
        ban.Peer?.ToString() ?? ban.Address!.ToString(),
        ban.Peer is not null,
        ban.Reason,
        ban.BannedAt.ToUnixTimeMilliseconds(),
        (long)ban.Remaining.TotalMilliseconds);

    /// <summary>Discovery may stop between two questions, to be begun anew: then it is off for this snapshot.</summary>
    private static async Task<(DiscoveryView? View, Discv5Metrics? Packets)> DiscoveryAsync(Discv5Handler? discovery, CancellationToken cancellationToken)
    {
        if (discovery is null)
        {
            return default;
        }

        try
        {
            IReadOnlyList<TableEntryInfo> table = await discovery.GetTableInfosAsync(cancellationToken).ConfigureAwait(false);
            Discv5Metrics metrics = (await discovery.GetMetricsAsync(cancellationToken).ConfigureAwait(false)).Protocol;
            return (ViewOf(discovery, table, metrics), metrics);
        }
        catch (Discv5Exception e) when (e.Error == Discv5Error.Stopped)
        {
            return default;
        }
    }

    private static DiscoveryView ViewOf(Discv5Handler discovery, IReadOnlyList<TableEntryInfo> table, Discv5Metrics metrics)
    {
        const int Farthest = NodeId.Size * 8;
        NodeId self = discovery.LocalEnr.NodeId;
        BucketView[] buckets = [.. Enumerable.Range(0, EndpointLimits.MaxSnapshotBuckets).Select(i => new BucketView(Farthest - i, 0, 0, 0))];
        int nearer = 0;
        foreach (TableEntryInfo entry in table)
        {
            int index = Farthest - self.DistanceTo(entry.Record.NodeId);
            if (index >= buckets.Length)
            {
                nearer++;
                continue;
            }

            BucketView bucket = buckets[index];
            buckets[index] = bucket with
            {
                Nodes = bucket.Nodes + 1,
                Live = bucket.Live + (entry.IsLive ? 1 : 0),
                Connected = bucket.Connected + (entry.IsConnected ? 1 : 0),
            };
        }

        return new DiscoveryView(
            discovery.Health.ToString(),
            table.Count,
            metrics.Sessions,
            metrics.PendingRequests,
            metrics.Lookups,
            EndpointLimits.BucketSize,
            buckets,
            nearer);
    }

    private static TotalsView TotalsOf(NetworkHandler node, RouterCounters counters, Discv5Metrics? packets)
    {
        IReadOnlyDictionary<string, Traffic> protocols = node.Gossip.ConnectionManager.TrafficByProtocol;
        Traffic all = protocols.Values.Aggregate(default(Traffic), (sum, traffic) => sum + traffic);
        return new TotalsView(
            all.Received,
            all.Sent,
            counters.Accepted,
            counters.Duplicates,
            counters.Rejected,
            counters.Ignored,
            node.RecentBlocksTotal,
            packets?.BytesReceived ?? 0,
            packets?.BytesSent ?? 0,
            [
                .. protocols.OrderByDescending(protocol => protocol.Value.Received + protocol.Value.Sent)
                    .Take(EndpointLimits.MaxSnapshotNames)
                    .Select(protocol => new ProtocolView(protocol.Key, protocol.Value.Received, protocol.Value.Sent)),
            ]);
    }

    private static int CountOf(IReadOnlyDictionary<string, IReadOnlyList<PeerId>> topics, string topic) =>
        topics.TryGetValue(topic, out IReadOnlyList<PeerId>? peers) ? peers.Count : 0;
}
