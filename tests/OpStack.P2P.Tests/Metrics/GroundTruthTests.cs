using System.Net;
using System.Net.Sockets;
using OpStack.Libp2p;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;
using OpStack.P2P.Tests.Rpc;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>A scripted run whose every event is known, and what a scrape tells of it.</summary>
public sealed class GroundTruthTests
{
    private static readonly string Topic = DriverNode.Topic();
    private static readonly string OtherTopic = new BlockTopics(DriverNode.ChainId)[PayloadVersion.V3];

    [Fact]
    public async Task Blocks_copies_verdicts_control_and_bytes_are_those_that_were_sent()
    {
        // Without scores: the graylist would end what a peer with so many bad blocks sends.
        await using Run run = await Run.StartAsync(config => config with { Scoring = new PeerScoreOptions { Level = PeerScoreLevel.Off } });
        await using RawGossipPeer peer = new();
        await peer.JoinAsync(run.Network);
        GossipRpc hello = new() { Subscriptions = { new SubscriptionEntry(Topic, true), new SubscriptionEntry(OtherTopic, true) }, Graft = { Topic } };
        await peer.SendControlAsync(hello);
        for (ulong number = 1; number <= 5; number++)
        {
            ReadOnlyMemory<byte> block = Data(DriverNode.Block(number));
            for (int copy = 0; copy < 3; copy++)
            {
                await peer.SendMessageAsync(Topic, block);
            }
        }

        Exposition meshed = await run.ScrapeUntilAsync(r => r.Value("opstack_p2p_gossip_messages_total", ("outcome", "duplicate")) == 10);
        Assert.Equal(1, meshed.Value("opstack_p2p_gossip_mesh", ("topic", "v4")));
        Assert.Equal(0, meshed.Value("opstack_p2p_gossip_mesh", ("topic", "v2")));

        OpNetworkPayloadEnvelope valid = DriverNode.Block(6);
        await peer.SendMessageAsync(Topic, Data(DriverNode.Block(7, key: 9))); // Signed by another one.
        await peer.SendMessageAsync(Topic, Data(Signed(valid.Payload with { GasUsed = 1 }))); // Its hash is another one.
        await peer.SendMessageAsync(Topic, Data(Signed(TestBlocks.Payload(PayloadVersion.V4)))); // Of 2025.
        await peer.SendMessageAsync(Topic, new byte[] { 0xFF, 0xFF, 0xFF }); // No snappy.
        await peer.SendMessageAsync("/optimism/1/0/blocks", Data(valid)); // Another chain's.

        Exposition read = await run.ScrapeUntilAsync(r =>
            r.Value("opstack_p2p_gossip_messages_total", ("outcome", "rejected")) == 4
            && r.Value("opstack_p2p_block_delivery_latency_seconds_count") == 5); // Delivered to the host, which comes after the verdict.
        List<int> delivered = [];
        while (delivered.Count < 5)
        {
            delivered.Add((int)(await run.Network.NextBlockAsync()).Payload.BlockNumber);
        }

        Assert.Equal([1, 2, 3, 4, 5], delivered.Order());
        Assert.Equal(5, read.Value("opstack_p2p_block_delivered_total", ("version", "v4")));
        Assert.Equal(5, read.Value("opstack_p2p_block_delivery_latency_seconds_count"));
        Assert.Equal(5, read.Value("opstack_p2p_gossip_messages_total", ("outcome", "accepted")));
        Assert.Equal(10, read.Value("opstack_p2p_gossip_messages_total", ("outcome", "duplicate")));
        Assert.Equal(1, read.Value("opstack_p2p_gossip_messages_total", ("outcome", "not_subscribed")));
        Assert.Equal(20, read.Samples.Where(s => s.Name == "opstack_p2p_gossip_messages_total").Sum(s => s.Value));
        Assert.Equal(5, read.Value("opstack_p2p_block_validations_total", ("result", "accept"), ("reason", "none")));
        foreach (string reason in new[] { "signer", "block_hash", "timestamp", "broken_snappy_encoding" })
        {
            Assert.Equal(1, read.Value("opstack_p2p_block_validations_total", ("result", "reject"), ("reason", reason)));
        }

        Assert.Equal(9, read.Samples.Where(s => s.Name == "opstack_p2p_block_validations_total").Sum(s => s.Value));
        Assert.Equal(9, read.Value("opstack_p2p_block_validation_duration_seconds_count", ("phase", "decode")));
        Assert.Equal(9, read.Value("opstack_p2p_block_validation_duration_seconds_count", ("phase", "check")));
        Assert.Equal(9, read.Value("opstack_p2p_block_validation_duration_seconds_count", ("phase", "admit")));
        Assert.Equal(1, read.Value("opstack_p2p_gossip_subscribers", ("topic", "v4")));
        Assert.Equal(1, read.Value("opstack_p2p_gossip_subscribers", ("topic", "v3")));
        Assert.Equal(1, read.Value("opstack_p2p_gossip_peers", ("version", "1.1")));
        Assert.Equal(4, read.Value("opstack_p2p_gossip_topic_events_total", ("event", "joined")));
        Assert.Equal(1, read.Value("opstack_p2p_gossip_control_total", ("kind", "graft"), ("direction", "received")));
        Assert.Equal(2, read.Value("opstack_p2p_gossip_control_total", ("kind", "subscribe"), ("direction", "received")));
        Assert.Equal(4, read.Value("opstack_p2p_gossip_control_total", ("kind", "subscribe"), ("direction", "sent")));
        Assert.Equal(peer.RpcsWritten, read.Value("opstack_p2p_gossip_rpcs_total", ("direction", "received")));
        Assert.Equal(peer.BytesWritten, read.Value("opstack_p2p_protocol_traffic_bytes_total", ("protocol", "gossipsub"), ("direction", "received")));

        IReadOnlyDictionary<string, TopicMesh> mesh = await run.Rpc.MeshAsync();
        Assert.Equal([peer.PeerId], mesh[Topic].Mesh);
        Assert.Equal([peer.PeerId], mesh[OtherTopic].Peers.Select(known => known.PeerId));
        PeerStats stats = await run.Rpc.PeerStatsAsync();
        Assert.Equal((1u, 0u, 0u, 1u, 1u), (stats.Connected, stats.BlocksTopic, stats.BlocksTopicV2, stats.BlocksTopicV3, stats.BlocksTopicV4));
        BandwidthReport bytes = await run.Rpc.BandwidthAsync();
        Assert.Equal(peer.BytesWritten, bytes.Protocols["/meshsub/1.1.0"].In);
        Assert.True(bytes.Peers[peer.PeerId.ToString()].In > peer.BytesWritten); // With muxing and encryption.
    }

    [Fact]
    public async Task Dials_connections_and_bans_are_those_that_were_made()
    {
        await using Run run = await Run.StartAsync();
        await using TestNetwork other = await TestNetwork.StartAsync(config => config with { Discovery = false });
        await using TestNetwork third = await TestNetwork.StartAsync(config => config with { Discovery = false });
        GossipDriver gossip = run.Network.Gossip;
        await gossip.DialAsync(other.Address);
        await third.Gossip.DialAsync(run.Network.Address);
        await Until.TrueAsync(() => gossip.ConnectedPeers.Count == 2);
        using (Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            // Bound and not listening: refused by the system, and nobody else's meanwhile.
            taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            using KeyPair nobody = KeyPair.GenerateSecp256k1();
            Multiaddr closed = Multiaddr.FromTcpEndPoint((IPEndPoint)taken.LocalEndPoint!).WithPeerId(nobody.PeerId);
            Assert.Equal(Libp2pError.DialFailed, (await Assert.ThrowsAsync<Libp2pException>(() => gossip.DialAsync(closed).AsTask())).Error);
        }

        PeerId banned = third.Gossip.LocalPeerId;
        Assert.True(gossip.Gater.BanPeer(banned, TimeSpan.FromHours(1), "invalid-messages"));
        Assert.True(gossip.Gater.BanPeer(banned, TimeSpan.FromMinutes(1), "slow-peer")); // The one before stays: none is laid.
        gossip.Gater.BanAddr(IPAddress.Parse("192.0.2.1"), TimeSpan.FromHours(1), "because I say so");
        gossip.Gater.BanAddr(IPAddress.Parse("192.0.2.2"), TimeSpan.FromHours(1), "because I say so");
        Assert.True(gossip.Gater.UnbanAddr(IPAddress.Parse("192.0.2.2")));
        gossip.Gater.BlockSubnet(IPNetwork.Parse("198.51.100.0/24"));
        Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(() => gossip.DialAsync(third.Address).AsTask());
        Assert.Equal(Libp2pError.GateRefused, refused.Error);

        Exposition read = await run.ScrapeUntilAsync(r => r.Value("opstack_p2p_peers") == 1
            && r.Samples.Exists(sample => sample.Name == "opstack_p2p_connections_duration_seconds_count"));
        Assert.Equal(1, read.Value("opstack_p2p_dials_total", ("outcome", "succeeded")));
        Assert.Equal(1, read.Value("opstack_p2p_dials_total", ("outcome", "dial_failed")));
        Assert.Equal(2, read.Samples.Where(s => s.Name == "opstack_p2p_dials_total").Sum(s => s.Value)); // What the gate forbids is none.
        Assert.Equal(1, read.Value("opstack_p2p_gate_verdicts_total", ("hook", "peer_dial"), ("verdict", "peer_banned")));
        Assert.Equal(2, read.Value("opstack_p2p_gate_verdicts_total", ("hook", "address_dial"), ("verdict", "allow")));
        Assert.Equal(1, read.Value("opstack_p2p_gate_verdicts_total", ("hook", "accept"), ("verdict", "allow")));
        Assert.Equal(1, read.Value("opstack_p2p_connections_accepted_total"));
        Assert.Equal(1, read.Value("opstack_p2p_connections_opened_total", ("direction", "outbound")));
        Assert.Equal(1, read.Value("opstack_p2p_connections_opened_total", ("direction", "inbound")));
        Assert.Equal(1, read.Value("opstack_p2p_connections", ("direction", "outbound")));
        Assert.Equal(0, read.Value("opstack_p2p_connections", ("direction", "inbound")));
        Assert.Equal(1, read.Value("opstack_p2p_connections_closed_total", ("direction", "inbound"), ("reason", "banned")));
        Assert.Equal(1, read.Samples.Where(s => s.Name == "opstack_p2p_connections_closed_total").Sum(s => s.Value));
        Assert.Equal(1, read.Value("opstack_p2p_connections_duration_seconds_count", ("direction", "inbound")));
        Assert.Equal(1, read.Value("opstack_p2p_bans_total", ("target", "peer"), ("reason", "invalid-messages")));
        Assert.Equal(0, read.Value("opstack_p2p_bans_total", ("target", "peer"), ("reason", "slow-peer")));
        Assert.Equal(2, read.Value("opstack_p2p_bans_total", ("target", "address"), ("reason", "other")));
        Assert.Equal(1, read.Value("opstack_p2p_unbans_total", ("target", "address"), ("cause", "lifted")));
        Assert.Equal(1, read.Value("opstack_p2p_bans_active", ("target", "peer")));
        Assert.Equal(1, read.Value("opstack_p2p_bans_active", ("target", "address")));
        Assert.Equal(1, read.Value("opstack_p2p_gate_listed", ("list", "blocked_subnets")));

        IReadOnlyList<BanInfo> bans = await run.Rpc.BansAsync();
        Assert.Equal([(banned, "invalid-messages"), (null, "because I say so")], bans.Select(ban => (ban.PeerId, ban.Reason)).OrderBy(ban => ban.PeerId is null));
        Assert.All(bans, ban => Assert.Equal(TimeSpan.FromHours(1), ban.ExpiresAt - ban.BannedAt));
        Assert.Equal([IPNetwork.Parse("198.51.100.0/24")], await run.Rpc.ListBlockedSubnetsAsync());
        PeerDump peers = await run.Rpc.PeersAsync(connected: true);
        Assert.Equal((other.Gossip.LocalPeerId, PeerDirection.Outbound), (peers.Peers.Values.Single().PeerId, peers.Peers.Values.Single().Direction));
    }

    [Fact]
    public async Task Requests_by_number_are_counted_at_both_ends_by_what_came_of_them()
    {
        ExecutionPayload[] chain = NetworkSyncTests.Chain(length: 4);
        await using Run server = await Run.StartAsync(config => config with { PayloadSource = new NetworkSyncTests.ChainSource(chain) });
        await using Run client = await Run.StartAsync();
        await client.Network.Gossip.DialAsync(server.Network.Address);
        await Until.TrueAsync(() => client.Network.Handler.Sync!.Statistics.Peers == 1);
        SyncRange range = new(chain[0].BlockNumber, chain[^1].BlockNumber, chain[^1].BlockHash);
        SyncRange before = new(chain[0].BlockNumber - 1, chain[0].BlockNumber - 1, chain[0].ParentHash);
        Assert.Equal(SyncOutcome.Complete, (await AskAsync(client, range)).Outcome);
        Assert.Equal(SyncOutcome.NotFound, (await AskAsync(client, before)).Outcome);

        Exposition asked = await client.ScrapeUntilAsync(_ => true);
        Exposition served = await server.ScrapeUntilAsync(r => r.Value("opstack_p2p_sync_requests_active", ("role", "server")) == 0);
        foreach ((Exposition read, string role) in new[] { (asked, "client"), (served, "server") })
        {
            Assert.Equal(4, read.Value("opstack_p2p_sync_requests_total", ("role", role), ("outcome", "none")));
            Assert.Equal(1, read.Value("opstack_p2p_sync_requests_total", ("role", role), ("outcome", "not_found")));
            Assert.Equal(5, read.Samples.Where(s => s.Name == "opstack_p2p_sync_requests_total").Sum(s => s.Value));
            Assert.Equal(4, read.Value("opstack_p2p_sync_request_duration_seconds_count", ("role", role), ("outcome", "none")));
            Assert.Equal(4, read.Value("opstack_p2p_sync_blocks_total", ("role", role)));
        }

        PeerRequestScores answers = (await client.Rpc.PeersAsync(connected: true)).Peers.Values.Single().Scores.RequestResponse;
        Assert.InRange(answers.ValidResponses, 3.5, 4); // They decay from the moment they come.
        Assert.Equal(0, answers.RejectedPayloads);

        Assert.Equal((double)chain[0].BlockNumber, served.Value("opstack_p2p_sync_last_number", ("role", "server")));
        Assert.Equal(
            client.Network.Gossip.ConnectionManager.TrafficByProtocol.Where(p => p.Key.Contains("payload_by_number")).Sum(p => p.Value.Received),
            asked.Value("opstack_p2p_protocol_traffic_bytes_total", ("protocol", "payload_by_number"), ("direction", "received")));
    }

    [Fact]
    public async Task Discovery_and_the_parts_tell_what_the_handler_does()
    {
        await using Run run = await Run.StartAsync(config => config with { Discovery = true });
        await using TestNetwork other = await TestNetwork.StartAsync(run.Network.Enr);
        await Until.TrueAsync(async () => await run.Network.Handler.Discovery!.GetPeerCountAsync() == 1);
        Exposition read = await run.ScrapeUntilAsync(r => r.Value("opstack_p2p_discovery_peers") == 1);
        Assert.Equal(1, read.Value("opstack_p2p_discovery_table"));
        Assert.Equal(1, read.Value("opstack_p2p_discovery_sessions"));
        Assert.True(read.Value("opstack_p2p_discovery_packets_total", ("direction", "received")) >= 2);
        Assert.Equal(
            read.Samples.Where(s => s.Name == "opstack_p2p_discovery_requests_total" && s.Labels["direction"] == "received").Sum(s => s.Value),
            read.Value("opstack_p2p_discovery_requests_total", ("kind", "ping"), ("direction", "received"))
                + read.Value("opstack_p2p_discovery_requests_total", ("kind", "findnode"), ("direction", "received")));
        Assert.Equal(1, read.Value("opstack_p2p_part_state", ("part", "discovery")));
        Assert.Equal(1, read.Value("opstack_p2p_part_state", ("part", "gossip")));
        Assert.Equal(0, read.Value("opstack_p2p_part_state", ("part", "signer_source")));
    }

    [Fact]
    public async Task What_cannot_be_published_is_counted_by_its_reason()
    {
        using FakeSigner signer = new();
        await using Run run = await Run.StartAsync(config => config with { Signer = signer });
        NetworkHandler node = run.Network.Handler;
        await node.PublishAsync(DriverNode.Block(1).WithSignature(default));
        signer.Failure = new IOException("down");
        await Assert.ThrowsAsync<IOException>(() => node.PublishAsync(DriverNode.Block(2)).AsTask());
        signer.Failure = null;
        await Assert.ThrowsAsync<PublishException>(() => node.PublishAsync(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4))).AsTask());

        Exposition read = await run.ScrapeUntilAsync(_ => true);
        Assert.Equal(
            [("published", 1), ("refused", 1), ("signing_failed", 1)],
            read.Samples.Where(s => s.Name == "opstack_p2p_block_published_total" && s.Value > 0)
                .Select(s => (s.Labels["outcome"], s.Value)).Order());
        Assert.True(read.Value("opstack_p2p_block_publish_last_failure_seconds") > TestBlocks.Timestamp);
        Assert.Equal(0, read.Value("opstack_p2p_block_delivered_total", ("version", "v4"))); // Our own are not news.
    }

    private static async Task<SyncRangeResult> AskAsync(Run client, SyncRange range) =>
        await client.Network.Handler.Sync!.RequestRangeAsync(range, (_, _) => ValueTask.CompletedTask).WaitAsync(DriverNode.Patience);

    private static OpNetworkPayloadEnvelope Signed(ExecutionPayload payload)
    {
        using OpStack.Primitives.Crypto.Secp256k1.Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        return TestBlocks.Envelope(payload).Sign(key, DriverNode.ChainId);
    }

    private static ReadOnlyMemory<byte> Data(OpNetworkPayloadEnvelope block) => block.Encode(PayloadVersion.V4);

    /// <summary>A network that is measured, without discovery, and its scrapes.</summary>
    private sealed class Run(TestNetwork network, TestMeterFactory factory, PrometheusText prometheus) : IAsyncDisposable
    {
        public TestNetwork Network => network;

        public OpP2PClient Rpc { get; } = new(new InProcessTransport(network.Handler.Rpc));

        public static async Task<Run> StartAsync(Func<NetworkConfig, NetworkConfig>? change = null)
        {
            TestMeterFactory factory = new();
            PrometheusText prometheus = new(factory);
            TestNetwork network = await TestNetwork.StartAsync(config =>
            {
                NetworkConfig measured = config with { Discovery = false, MeterFactory = factory };
                return change?.Invoke(measured) ?? measured;
            });
            return new Run(network, factory, prometheus);
        }

        /// <summary>Samples and scrapes until it is as expected: what is sent takes its time to arrive.</summary>
        public async Task<Exposition> ScrapeUntilAsync(Func<Exposition, bool> isThere)
        {
            Exposition? read = null;
            await Until.TrueAsync(async () =>
            {
                await network.Network.Readings!.SampleAsync();
                read = Scrape.Read(prometheus);
                return isThere(read);
            });
            return read!;
        }

        public async ValueTask DisposeAsync()
        {
            await network.DisposeAsync();
            prometheus.Dispose();
            factory.Dispose();
        }
    }
}
