using System.Net;
using System.Text.Json;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Rpc;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Every method against op-node's sample of it, byte for byte but for white space (tests/vectors/op-node-rpc.json).</summary>
public sealed class RpcSampleTests
{
    private static readonly PeerId Peer = PeerId.Parse("16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC");

    private readonly RpcFixture _fixture = new();

    [Fact]
    public async Task Self()
    {
        PeerId self = PeerId.Parse("16Uiu2HAm2y6DXp6THWHCyquczNUh8gVAm4spo6hjP3Ns1dGRiAdE");
        _fixture.Api.Self = new PeerInfo
        {
            PeerId = self,
            NodeId = PeerReport.NodeIdOf(self).ToString(),
            Enr = "enr:-J-4QFOtI_hDBa_kilrQcg4iTJt9VMAuDLCbgAAKMa--WfxoPml1xDYxypUG7IsWga83FOlvr78LG3oH8CfzRzUmsDyGAYvKqIZ2gmlkgnY0gmlwhGxAaceHb3BzdGFja4Xc76gFAIlzZWNwMjU2azGhAnAON-FvpiWY2iG_LXJDYosknGyikaajPDd1cQARsVnBg3RjcIIkBoN1ZHCC0Vs",
            Addresses =
            [
                $"/ip4/127.0.0.1/tcp/9222/p2p/{self}",
                $"/ip4/192.168.1.71/tcp/9222/p2p/{self}",
                $"/ip4/108.64.105.199/tcp/9222/p2p/{self}",
            ],
            GossipsBlocks = true,
        };
        Assert.Equal(RpcFixture.Sample("self"), await _fixture.CallAsync("opp2p_self"));
    }

    [Theory]
    [InlineData("[true]")]
    [InlineData("[false]")]
    public async Task Peers(string connected)
    {
        _fixture.Api.Dump = new PeerDump
        {
            TotalConnected = 20,
            Peers = new Dictionary<string, PeerInfo>
            {
                [Peer.ToString()] = new PeerInfo
                {
                    PeerId = Peer,
                    NodeId = PeerReport.NodeIdOf(Peer).ToString(),
                    UserAgent = "optimism",
                    Addresses = [$"/ip4/20.249.62.215/tcp/9222/p2p/{Peer}"],
                    Protocols =
                    [
                        "/ipfs/ping/1.0.0", "/meshsub/1.0.0", "/meshsub/1.1.0", "/opstack/req/payload_by_number/11155420/0",
                        "/floodsub/1.0.0", "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0",
                    ],
                    Connectedness = Connectedness.Connected,
                    Direction = PeerDirection.Inbound,
                    GossipsBlocks = true,
                    Scores = new PeerScores { Gossip = new PeerGossipScores { Total = -5.04 } },
                },
            },
        };
        Assert.Equal(RpcFixture.Sample("peers"), await _fixture.CallAsync("opp2p_peers", connected));
        Assert.Equal([$"peers {connected == "[true]"}"], _fixture.Api.Changes);
    }

    [Fact]
    public async Task Peer_stats_of_the_sample_and_of_the_two_topics_that_are_newer_than_it()
    {
        _fixture.Api.Stats = new PeerStats
        {
            Connected = 20,
            Table = 94,
            BlocksTopic = 20,
            BlocksTopicV2 = 18,
            BlocksTopicV3 = 17,
            BlocksTopicV4 = 16,
            Banned = 0,
            Known = 71,
        };
        string expected = RpcFixture.Sample("peerStats").Replace("\"banned\"", "\"blocksTopicV3\":17,\"blocksTopicV4\":16,\"banned\"", StringComparison.Ordinal);
        Assert.Equal(expected, await _fixture.CallAsync("opp2p_peerStats"));
    }

    [Fact]
    public async Task Discovery_table_and_its_absence()
    {
        using JsonDocument sample = JsonDocument.Parse(RpcFixture.Sample("discoveryTable"));
        _fixture.Api.Table = [.. sample.RootElement.GetProperty("result").EnumerateArray().Select(record => record.GetString()!)];
        Assert.Equal(RpcFixture.Sample("discoveryTable"), await _fixture.CallAsync("opp2p_discoveryTable"));

        _fixture.Api.Table = null;
        Assert.Equal(RpcFixture.ErrorOf(-32000, "discovery disabled"), await _fixture.CallAsync("opp2p_discoveryTable"));
    }

    [Fact]
    public async Task Lists_of_what_is_blocked()
    {
        _fixture.Api.BlockedPeers = [PeerId.Parse("16Uiu2HAmV3PueiaHj7Rg2bs3mrRUo2RVhjXRMpH67k9iZquDGQ8v")];
        _fixture.Api.BlockedAddrs = [IPAddress.Parse("2607:f8b0:4002:c0c::65")];
        Assert.Equal(RpcFixture.Sample("listBlockedPeers"), await _fixture.CallAsync("opp2p_listBlockedPeers"));
        Assert.Equal(RpcFixture.Sample("listBlockedAddrs"), await _fixture.CallAsync("opp2p_listBlockedAddrs"));
        Assert.Equal(RpcFixture.Sample("listBlockedSubnets"), await _fixture.CallAsync("opp2p_listBlockedSubnets"));

        _fixture.Api.BlockedSubnets = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/33")];
        Assert.Equal(
            RpcFixture.ResultOf($$"""[{{RpcFixture.Sample("subnet")}},{"IP":"2001:db8::","Mask":"/////4AAAAAAAAAAAAAAAA=="}]"""),
            await _fixture.CallAsync("opp2p_listBlockedSubnets"));
    }

    [Theory]
    [InlineData("opp2p_blockPeer", "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC", "block 16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC")]
    [InlineData("opp2p_unblockPeer", "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC", "unblock 16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC")]
    [InlineData("opp2p_blockAddr", "1.2.3.4", "block 1.2.3.4")]
    [InlineData("opp2p_blocAddr", "1.2.3.4", "block 1.2.3.4")]
    [InlineData("opp2p_blockAddr", "2607:f8b0:4002:c0c::65", "block 2607:f8b0:4002:c0c::65")]
    [InlineData("opp2p_unblockAddr", "1.2.3.4", "unblock 1.2.3.4")]
    [InlineData("opp2p_blockSubnet", "10.0.0.0/8", "block 10.0.0.0/8")]
    [InlineData("opp2p_unblockSubnet", "10.0.0.0/8", "unblock 10.0.0.0/8")]
    [InlineData("opp2p_protectPeer", "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC", "protect 16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC")]
    [InlineData("opp2p_unprotectPeer", "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC", "unprotect 16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC")]
    [InlineData("opp2p_connectPeer", "/ip4/1.2.3.4/tcp/9222/p2p/16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC", "connect /ip4/1.2.3.4/tcp/9222/p2p/16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC")]
    [InlineData("opp2p_disconnectPeer", "16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC", "disconnect 16Uiu2HAkvNYscHu4V1uj6fVWkwrAMCRsqXDSq4mUbhpGq4LttYsC")]
    public async Task A_change_is_made_and_answered_with_null(string method, string argument, string change)
    {
        Assert.Equal(RpcFixture.Sample("change"), await _fixture.CallAsync(method, $"[\"{argument}\"]"));
        Assert.Equal([change], _fixture.Api.Changes);
    }

    [Theory]
    [InlineData("""{"IP":"10.0.0.0","Mask":"/wAAAA=="}""", "10.0.0.0/8")]
    [InlineData("""{"Mask":"/wAAAA==","IP":"10.0.0.0"}""", "10.0.0.0/8")]
    [InlineData("""{"IP":"10.1.2.3","Mask":"/wAAAA=="}""", "10.0.0.0/8")]
    [InlineData("""{"IP":"10.0.0.0","Mask":"/////////////////wAAAA=="}""", "10.0.0.0/8")]
    [InlineData("""{"IP":"10.0.0.0","Mask":"////////////////AAAAAA=="}""", "0.0.0.0/0")]
    [InlineData("""{"IP":"0.0.0.1","Mask":"//8AAA=="}""", "0.0.0.0/16")]
    [InlineData("""{"IP":"2001:db8::","Mask":"/////wAAAAAAAAAAAAAAAA=="}""", "2001:db8::/32")]
    [InlineData("\"10.0.0.0/8\"", "10.0.0.0/8")]
    [InlineData("\"10.1.2.3/8\"", "10.0.0.0/8")]
    [InlineData("\"2001:db8::1/32\"", "2001:db8::/32")]
    [InlineData("\"0.0.0.0/0\"", "0.0.0.0/0")]
    public async Task A_subnet_is_taken_as_Gos_object_and_as_CIDR_text(string subnet, string normal)
    {
        Assert.Equal(RpcFixture.Sample("change"), await _fixture.CallAsync("opp2p_blockSubnet", $"[{subnet}]"));
        Assert.Equal([$"block {normal}"], _fixture.Api.Changes);
    }

    [Fact]
    public async Task Konas_peer_count()
    {
        Assert.Equal(RpcFixture.ResultOf("""{"connectedDiscovery":null,"connectedGossip":0}"""), await _fixture.CallAsync("opp2p_peerCount"));
        _fixture.Api.Count = new PeerCount { ConnectedDiscovery = 7, ConnectedGossip = 3 };
        Assert.Equal(RpcFixture.ResultOf("""{"connectedDiscovery":7,"connectedGossip":3}"""), await _fixture.CallAsync("opp2p_peerCount"));
    }

    [Fact]
    public void Every_method_of_op_node_and_kona_is_there()
    {
        string[] theirs =
        [
            "self", "peers", "peerStats", "peerCount", "discoveryTable", "blockPeer", "unblockPeer", "listBlockedPeers", "blockAddr", "blocAddr",
            "unblockAddr", "listBlockedAddrs", "blockSubnet", "unblockSubnet", "listBlockedSubnets", "protectPeer", "unprotectPeer", "connectPeer",
            "disconnectPeer",
        ];
        string[] ours = ["explainScore", "bans", "mesh", "bandwidth"];
        Assert.Equal([.. theirs.Concat(ours).Select(name => $"opp2p_{name}"), "admin_postUnsafePayload"], RpcMethods.All.Select(method => method.Name));
    }

    [Fact]
    public void Latency_is_in_nanoseconds_and_numbers_that_JSON_has_not_are_the_nearest_it_has()
    {
        PeerInfo info = new() { PeerId = Peer, Latency = TimeSpan.FromMicroseconds(123.4) };
        Assert.Contains("\"latency\":123400,", JsonSerializer.Serialize(info, RpcJson.Default.PeerInfo));
        string[] numbers = [.. new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1.5 }.Select(total => JsonSerializer.Serialize(new PeerGossipScores { Total = total }, RpcJson.Default.PeerGossipScores))];
        Assert.Equal(["0", "1.7976931348623157E+308", "-1.7976931348623157E+308", "1.5"], numbers.Select(json => json.Split(',')[0].Split(':')[1]));
    }
}
