using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;
using OpStack.P2P.Rpc;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Two whole networks on loopback: what the RPC says is what the drivers say, before and after every change.</summary>
public sealed class NetworkRpcTests
{
    [Fact]
    public async Task What_it_tells_of_the_node_and_its_peer_is_what_the_drivers_know()
    {
        using FakeSigner signer = new();
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Signer = signer });
        await using TestNetwork us = await TestNetwork.StartAsync(them.Enr);
        OpP2PClient rpc = Client(us);
        await us.MeshedAsync(them);
        await Until.TrueAsync(() => us.Gossip.PeerStore.Get(them.Gossip.LocalPeerId)?.Protocols.Count > 0);
        await Until.TrueAsync(async () => await us.Handler.Discovery!.GetPeerCountAsync() == 1);
        us.Gossip.PeerStore.AddLatency(them.Gossip.LocalPeerId, TimeSpan.FromMicroseconds(1_234.5));

        PeerInfo self = await rpc.SelfAsync();
        Assert.Equal(us.Gossip.LocalPeerId, self.PeerId);
        Assert.Equal(us.Enr.NodeId.ToString(), self.NodeId);
        Assert.Equal(us.Enr.ToString(), self.Enr);
        Assert.Equal([us.Address.ToString()], self.Addresses!);
        Assert.Equal((DriverNode.ChainId, new SwarmOptions().AgentVersion, true), (self.ChainId, self.UserAgent, self.GossipsBlocks));
        Assert.Equal((Connectedness.NotConnected, PeerDirection.Unknown), (self.Connectedness, self.Direction));
        Assert.Contains("/meshsub/1.2.0", self.Protocols!);

        RouterSnapshot gossip = await us.Gossip.GetSnapshotAsync();
        PeerDump dump = await rpc.PeersAsync(connected: true);
        PeerInfo peer = Assert.Single(dump.Peers).Value;
        IdentifyInfo identified = us.Gossip.GetIdentifyInfo(them.Gossip.LocalPeerId)!;
        Assert.Equal((1u, them.Gossip.LocalPeerId.ToString()), (dump.TotalConnected, dump.Peers.Keys.Single()));
        Assert.Equal((them.Gossip.LocalPeerId, them.Enr.NodeId.ToString(), them.Enr.ToString()), (peer.PeerId, peer.NodeId, peer.Enr));
        Assert.Equal((identified.AgentVersion, identified.ProtocolVersion), (peer.UserAgent, peer.ProtocolVersion));
        Assert.Equal(identified.Protocols.Order(), peer.Protocols!.Order());
        Assert.Contains(them.Address.ToString(), peer.Addresses!);
        Assert.Equal((Connectedness.Connected, PeerDirection.Outbound), (peer.Connectedness, peer.Direction));
        Assert.Equal((DriverNode.ChainId, TimeSpan.FromMicroseconds(1_234.5), true, false), (peer.ChainId, peer.Latency, peer.GossipsBlocks, peer.IsProtected));
        PeerScoreSnapshot score = gossip.Scores.Single();
        Assert.Equal((score.Total, score.Terms[2].Counter), (peer.Scores.Gossip.Total, peer.Scores.Gossip.BehaviouralPenalty));

        // The other side was dialled.
        PeerInfo seen = Assert.Single((await Client(them).PeersAsync(connected: false)).Peers).Value;
        Assert.Equal((us.Gossip.LocalPeerId, PeerDirection.Inbound, DriverNode.ChainId), (seen.PeerId, seen.Direction, seen.ChainId));

        Assert.Equal(
            new PeerStats { Connected = 1, Table = 1, BlocksTopic = 1, BlocksTopicV2 = 1, BlocksTopicV3 = 1, BlocksTopicV4 = 1, Known = 1 },
            await rpc.PeerStatsAsync());
        Assert.Equal(new PeerCount { ConnectedDiscovery = 1, ConnectedGossip = 1 }, await rpc.PeerCountAsync());
        Assert.Equal([them.Enr.ToString()], await rpc.DiscoveryTableAsync());
    }

    [Fact]
    public async Task Meshes_scores_and_bytes_are_those_of_the_router_and_the_swarm()
    {
        using FakeSigner signer = new();
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Signer = signer, Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false, StaticPeers = [us.Address] });
        PeerId peer = them.Gossip.LocalPeerId;
        await us.MeshedAsync(them);
        await us.Handler.PublishAsync(TestBlocks.Envelope(DriverNode.Block(1).Payload));
        await them.NextBlockAsync();
        OpP2PClient rpc = Client(us);

        IReadOnlyDictionary<string, TopicMesh> mesh = await rpc.MeshAsync();
        Assert.Equal(new BlockTopics(DriverNode.ChainId).All, mesh.Keys);
        RouterSnapshot gossip = await us.Gossip.GetSnapshotAsync();
        TopicMesh blocks = mesh[DriverNode.Topic()];
        Assert.Equal([peer], blocks.Mesh);
        Assert.Empty(blocks.Fanout);
        Assert.Equal([new MeshPeer { PeerId = peer, Score = gossip.Scores.Single().Total }], blocks.Peers);

        PeerScoreSnapshot score = gossip.Scores.Single();
        ScoreExplanation why = await rpc.ExplainScoreAsync(peer);
        Assert.Equal((peer, score.Total, true, false), (why.PeerId, why.Total, why.IsConnected, why.IsGraylisted));
        Assert.Equal(["P5", "P6", "P7", "SlowPeer"], why.Terms.Select(term => term.Name));
        Assert.Equal(why.Total, why.TopicsTotal + why.Terms.Sum(term => term.Contribution), 9);
        Assert.All(why.Topics, topic => Assert.Equal(["P1", "P2", "P3", "P3b", "P4"], topic.Terms.Select(term => term.Name)));
        Assert.Equal([IPAddress.Loopback], why.Addresses);
        Assert.Null(why.ForgottenIn);
        OpP2PRpcException stranger = await Assert.ThrowsAsync<OpP2PRpcException>(() => rpc.ExplainScoreAsync(us.Gossip.LocalPeerId).AsTask());
        Assert.Equal((-32000, $"opp2p_explainScore: no score is held of {us.Gossip.LocalPeerId}"), (stranger.Code, stranger.Message));

        BandwidthReport before = await rpc.BandwidthAsync();
        IConnectionManager swarm = us.Gossip.ConnectionManager;
        ByteCounts ofPeer = Assert.Single(before.Peers, entry => entry.Key == peer.ToString()).Value;
        Assert.InRange(before.Total.Out, before.Protocols["/meshsub/1.2.0"].Out + 1, swarm.Statistics.Traffic.Sent);
        Assert.InRange(ofPeer.In, 1, before.Total.In);
        await rpc.DisconnectPeerAsync(peer);
        Assert.InRange((await rpc.BandwidthAsync()).Total.In, before.Total.In, long.MaxValue);
    }

    [Fact]
    public async Task The_latency_it_tells_is_what_pings_have_measured()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false });
        OpP2PClient rpc = Client(us);
        PeerId peer = them.Gossip.LocalPeerId;
        await rpc.ConnectPeerAsync(them.Address);
        Assert.Equal(TimeSpan.Zero, (await rpc.PeersAsync(true)).Peers[peer.ToString()].Latency);

        // The rounds of the network itself are minutes apart; these ping the same swarm for the same store, on a clock of the test's.
        FakeTimeProvider time = new();
        await using PingRounds rounds = new(new SwarmPeerHost(us.Gossip.Host), us.Gossip.PeerStore, time, NullLogger.Instance);
        rounds.Start();
        await Until.TrueAsync(() =>
        {
            time.Advance(PeerLimits.PingInterval);
            return us.Gossip.PeerStore.Get(peer)?.Latency is not null;
        });
        await rounds.DisposeAsync();
        TimeSpan measured = us.Gossip.PeerStore.Get(peer)!.Latency!.Value;
        Assert.InRange(measured, TimeSpan.FromTicks(1), DriverNode.Patience);
        byte[] answer = (await us.Handler.Rpc.HandleAsync(System.Text.Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_peers", "[true]"))))!;
        Assert.Contains($"\"latency\":{measured.Ticks * 100},", System.Text.Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_and_disconnecting_are_done_when_they_are_answered()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false });
        OpP2PClient rpc = Client(us);
        PeerId peer = them.Gossip.LocalPeerId;

        await rpc.ConnectPeerAsync(them.Address);
        PeerInfo connected = (await rpc.PeersAsync(connected: true)).Peers[peer.ToString()];
        Assert.Equal(PeerDirection.Outbound, connected.Direction);
        Assert.NotEmpty(connected.Protocols!); // Identify is done as well.
        await rpc.ConnectPeerAsync(them.Address); // Twice is no error.

        await rpc.DisconnectPeerAsync(peer);
        PeerDump gone = await rpc.PeersAsync(connected: false);
        Assert.Equal((0u, 0), (gone.TotalConnected, gone.Peers.Count)); // op-node forgets it as well.
        Assert.Equal(new PeerStats(), await rpc.PeerStatsAsync());
        await rpc.DisconnectPeerAsync(peer); // Nor is this one.
        await rpc.ConnectPeerAsync(them.Address);
        Assert.Equal(1u, (await rpc.PeerStatsAsync()).Connected);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_has_its_reason_by_name()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false });
        OpP2PClient rpc = Client(us);
        PeerId peer = them.Gossip.LocalPeerId;

        await FailsAsync(us.Address, us.Gossip.LocalPeerId, "dial to self attempted");
        Multiaddr wrong = them.Address.WithoutPeerId().WithPeerId(TestPeers.Of(9));
        await FailsAsync(wrong, TestPeers.Of(9), "PeerIdMismatch");
        await rpc.BlockPeerAsync(peer);
        await FailsAsync(them.Address, peer, "GateRefused (PeerBlocked)");
        await rpc.UnblockPeerAsync(peer);
        await rpc.BlockAddrAsync(IPAddress.Loopback);
        await FailsAsync(them.Address, peer, "GateRefused (AddressBlocked)");
        await rpc.UnblockAddrAsync(IPAddress.Loopback);
        await rpc.BlockSubnetAsync(IPNetwork.Parse("127.0.0.0/8"));
        await FailsAsync(them.Address, peer, "GateRefused (SubnetBlocked)");
        await rpc.UnblockSubnetAsync(IPNetwork.Parse("127.0.0.0/8"));
        Multiaddr address = them.Address;
        await them.DisposeAsync();
        await FailsAsync(address, peer, "DialFailed");

        async Task FailsAsync(Multiaddr to, PeerId whom, string reason)
        {
            OpP2PRpcException failed = await Assert.ThrowsAsync<OpP2PRpcException>(() => rpc.ConnectPeerAsync(to).AsTask().WaitAsync(DriverNode.Patience));
            Assert.Equal((-32000, $"opp2p_connectPeer: failed to connect to {whom}: {reason}"), (failed.Code, failed.Message));
        }
    }

    [Fact]
    public async Task Blocks_bans_and_protection_change_what_it_says_and_who_is_connected()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        await using TestNetwork them = await TestNetwork.StartAsync(config => config with { Discovery = false });
        OpP2PClient rpc = Client(us);
        PeerId peer = them.Gossip.LocalPeerId;
        await rpc.ConnectPeerAsync(them.Address);

        await rpc.ProtectPeerAsync(peer);
        Assert.True((await rpc.PeersAsync(true)).Peers[peer.ToString()].IsProtected);
        await rpc.UnprotectPeerAsync(peer);
        Assert.False((await rpc.PeersAsync(true)).Peers[peer.ToString()].IsProtected);

        await rpc.BlockPeerAsync(peer); // Unlike op-node, which leaves the connection.
        await rpc.BlockAddrAsync(IPAddress.Parse("192.0.2.1"));
        await rpc.BlockSubnetAsync(IPNetwork.Parse("198.51.100.0/24"));
        PeerDump blocked = await rpc.PeersAsync(connected: false);
        Assert.Equal((0u, Connectedness.CannotConnect), (blocked.TotalConnected, blocked.Peers[peer.ToString()].Connectedness));
        Assert.Equal([peer], blocked.BannedPeers);
        Assert.Equal([IPAddress.Parse("192.0.2.1")], blocked.BannedIps);
        Assert.Equal([IPNetwork.Parse("198.51.100.0/24")], blocked.BannedSubnets);
        Assert.Equal(1u, (await rpc.PeerStatsAsync()).Banned);
        Assert.Equal(blocked.BannedPeers, await rpc.ListBlockedPeersAsync());
        Assert.Equal(blocked.BannedIps, await rpc.ListBlockedAddrsAsync());
        Assert.Equal(blocked.BannedSubnets, await rpc.ListBlockedSubnetsAsync());
        Assert.Empty(await rpc.BansAsync()); // A block is no ban.

        await rpc.UnblockPeerAsync(peer);
        await rpc.UnblockAddrAsync(IPAddress.Parse("192.0.2.1"));
        await rpc.UnblockSubnetAsync(IPNetwork.Parse("198.51.100.0/24"));
        Assert.Empty((await rpc.PeersAsync(false)).BannedPeers);
        Assert.Equal(Connectedness.NotConnected, (await rpc.PeersAsync(false)).Peers[peer.ToString()].Connectedness);

        us.Gossip.Gater.BanPeer(peer, TimeSpan.FromHours(1), "behaviour");
        us.Gossip.Gater.BanAddr(IPAddress.Parse("192.0.2.9"), TimeSpan.FromHours(2), "score");
        IReadOnlyList<BanInfo> bans = await rpc.BansAsync();
        Assert.Equal([(peer, null, "behaviour"), (null, IPAddress.Parse("192.0.2.9"), "score")], bans.Select(ban => (ban.PeerId, ban.Address, ban.Reason)));
        Assert.All(bans, ban => Assert.InRange(ban.Remaining, TimeSpan.FromSeconds(1), TimeSpan.FromHours(2)));
        Assert.Equal(TimeSpan.FromHours(1), bans[0].ExpiresAt - bans[0].BannedAt);
        Assert.Empty(await rpc.ListBlockedPeersAsync());
        await rpc.UnblockPeerAsync(peer); // Ends a ban as well.
        Assert.Equal([IPAddress.Parse("192.0.2.9")], (await rpc.BansAsync()).Select(ban => ban.Address));
    }

    [Fact]
    public async Task A_block_that_is_posted_comes_out_at_the_host_and_a_wrong_hash_has_op_nodes_text()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false, Rpc = new RpcOptions { AllowAdmin = true } });
        OpP2PClient rpc = Client(us);
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4, [1, 2, 3]);
        await rpc.PostUnsafePayloadAsync(TestBlocks.Envelope(payload));
        Assert.Equal(payload, (await us.NextBlockAsync()).Payload);

        ExecutionPayload wrong = payload with { GasUsed = 1 };
        OpP2PRpcException refused = await Assert.ThrowsAsync<OpP2PRpcException>(() => rpc.PostUnsafePayloadAsync(TestBlocks.Envelope(wrong)).AsTask());
        Assert.Equal(
            (-32000, $"admin_postUnsafePayload: payload has bad block hash: {payload.BlockHash}, actual block hash is: {wrong.ComputeBlockHash(TestBlocks.ParentBeaconBlockRoot)}"),
            (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Without_discovery_and_after_the_stop_it_still_answers()
    {
        TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false });
        OpP2PClient rpc = Client(us);
        Assert.Equal("discovery disabled", (await Assert.ThrowsAsync<OpP2PRpcException>(() => rpc.DiscoveryTableAsync().AsTask())).Message.Split(": ")[1]);
        Assert.Null((await rpc.PeerCountAsync()).ConnectedDiscovery);
        Assert.Equal("", (await rpc.SelfAsync()).Enr);

        await us.DisposeAsync();
        foreach (RpcMethod method in RpcMethods.All.Where(method => method.Arguments == 0))
        {
            string answer = System.Text.Encoding.UTF8.GetString((await us.Handler.Rpc.HandleAsync(System.Text.Encoding.UTF8.GetBytes(RpcFixture.Body(method.Name))))!);
            Assert.DoesNotContain("-32603", answer);
        }

        OpP2PRpcException stopped = await Assert.ThrowsAsync<OpP2PRpcException>(() => rpc.PeerStatsAsync().AsTask());
        Assert.Equal((-32000, "opp2p_peerStats: the network is stopped"), (stopped.Code, stopped.Message));
    }

    private static OpP2PClient Client(TestNetwork network) => new(new InProcessTransport(network.Handler.Rpc));
}
