using OpStack.P2P.Peers;

namespace OpStack.P2P.Tests.Peers;

/// <summary>The lists against the ids recomputed for kona.md 1.10.1, in order.</summary>
public sealed class BootNodesTests
{
    private static readonly (string Peer, string Node, ulong? ChainId)[] Mainnet =
    [
        ("16Uiu2HAm5nQaZukJUVwuee76Wp25KrNmKjGZ2zaxgSZxfgMJfgPL", "3f9e7de0d92216cfe1af52cbb72ab3819a32d482d05ab2d538cc21f3e80e3f67", 84531),
        ("16Uiu2HAm5L4KDH5oJmwnozT2Azr7x4sVNQhHfAiy9TQJWjJYEms6", "28b0d0310aa2b550f7d7cc81166163f49296ee2ca1d07c2606636bc5b59edd97", 84531),
        ("16Uiu2HAmBUCQ6PVZNWwKWDNkgnkDpMjFG9FXG5cekXFozsABYhb9", "b2afd93899c138be612e03f14be402fc2676e7fe31e80ba584e010da390ed2f0", 420),
        ("16Uiu2HAm4wN4epAyuj82ix2QC1Uc2vQd833szwvsNpLqhubPz8xa", "8e790cd281733cadc3129ffa8f0579d2d9c8eeaf0382bda5c2aed709f122381a", 8453),
        ("16Uiu2HAm3qwgs4Bvfx1GJ5qnY4LjPbYCc394kvdjpxuJBsP3SQnW", "8ae51d243d4b8f8cd45a619aea9225e4423a68d296c93799d2e640c3b3233d4c", 8453),
        ("16Uiu2HAm31LCBALXkJfNGmK1tVkgzQDw9QQoNcFznzBBCYUPUhAD", "d3459552b34374b08d398a6c659e92d6945ebe960ae86337ff499fd630f06385", 8453),
        ("16Uiu2HAkvLBTPqfA9HHXgnLUQiEJg7EKPb7gu7qMXfJFS79Goy3b", "2d68edcd4050dde84f018695952db0ee4f6ef4bb77d6ec7511b67bbb314f9af7", 8453),
        ("16Uiu2HAkwSnpTCP4f1ttHa2hKgiwZaa8TFJYWHtNNhYbqKwaYMRu", "7fd4548ed54784aea5849d58415f110b7498a7d6547323c87749c0155f9cdc14", 8453),
        ("16Uiu2HAm92oEJRfiY2GryPCzFu4Mxd6pFhscH2boSNjTzqFULn2h", "40e73e63c28117942750444e5c35d55baec7648fcacf7f6ed1e4763844a9b7d7", null),
        ("16Uiu2HAmTZU24pf22xUtzAfrcExGEqPzRFT7faDodKmxKKXY1Sbx", "a5f4d6b9df50b330291c11425baa3a846f808bd7044c846cb8f48b5ee9e2f7a7", null),
        ("16Uiu2HAmRyCsHrKohYjyjne4MMGuHmC6SFfsBRCD22srcy65chWj", "81a7f33e56c09da6add7aa93705b760cb61ce974986821956bbf0afa8191e997", null),
        ("16Uiu2HAmMnTiJwgFtSVGV14ZNpwAvS1LUoF4pWWeNtURuV6C3zYB", "1d6a320f2b7fac71234f96ea29da2262cd21aebb02a55d110537cf46bb49d0e4", null),
        ("16Uiu2HAmSG2hdLwyQHQmG4bcJBgD64xnW63WMTLcrNq6KoZREfGb", "246324db83651458ff0c64cbf51701d830c4b7c8177e0222d3384ff200c34c31", null),
        ("16Uiu2HAm74pBDGdQ84XCZK27GRQbGFFwQ7RsSqsPwcGmCR3Cwn3B", "084cbddbba3e141eb02e036389aa9516096dbbf664bb27eee606ef5dc1dcb06f", null),
        ("16Uiu2HAmMy4V8bi3XP7KDfSLQcLACSvTLroRRwEsTyFUKo8NCkkp", "6b538101ea8f59f6ad28940c828739781af13e18a2bf81299d838f7486804b67", null),
        ("16Uiu2HAmSVsb7MbRf1jg3Dvd6a3n5YNqKQwn1fqHCFgnbqCsFZKe", "27ab4328c255b2352f5457306d1c31af5bbbd938e082a25029eec7ba81ec1783", null),
        ("16Uiu2HAmFhr7oLN4QhiprSZkxbefR33ShJWckNVVuSYqFwa6vGzP", "1785c8651f95c289721c4625c41f6bb5b8bd1f670336570db51f9ee21b8503da", null),
        ("16Uiu2HAmPFiUTZEPcjMwG68eNob2wJP8JarB3qFwR8xtPutzTQcA", "9174e1f53c5ddb9561102487d6fd7b7ffe1a86d2b6daaf7fa01c6000a3880e4e", null),
        ("16Uiu2HAmCj1qTNsa2v2rT94fkqgAoAXzFvQq9MjXKdbEJZ1ezksE", "c9d33ba01f963b691e4e1c307e96d707fec89eafd21d1fdcd62fe040d037dbcf", null),
        ("16Uiu2HAmR92KmD3EUKmewPSAyTpJSAp2UYizC7YGGtMdov8p4X8i", "6248d0c3e4f2851285e3a775be574466ac8b80b9240418cf52af3a6a77ed62ad", null),
        ("16Uiu2HAmLbePuspzku21zft9Anunv1D1QsvLSX9nqpBaz2Xjsa6o", "4886db0bd6eae063f9ad2841e813eb39fa07c83ec02db28c1d671186c5f4bdba", null),
        ("16Uiu2HAmQcUSXXUxMWG4v1cYG3cpsXhPPdnZgUou7iU59Y9FAYoZ", "cd33ad6900617601a2cf03ef75a2550fc9eac0b3ba0b8a362c75c9520a322f7f", null),
        ("16Uiu2HAmBDXi1eeRJzwPy8LVHfxHdeTDkw2P9trN3E8UjiASGHce", "009707cf0c07121344558386f7127c22aa6be0f55511d42a3b2658978c9ee27f", null),
        ("16Uiu2HAmLiJSeTjUK8Gu3pjdMmvdEiv5Vr9DqK9vTDfq9NWEGgqa", "82468e148e9d603146fa7a4cf6640d643b5f5b373dd2acf764b8106e3db1d478", null),
    ];

    private static readonly string[] TestnetPeers =
    [
        "16Uiu2HAkxNk2oMFzx5M1s95V4P7mtoRHcmGoVy1Ak8z16xnANyQF",
        "16Uiu2HAmTS3Ka6QgtAunG2TZBznneyE84J3tW6dRPSdgcnqj6xMA",
        "16Uiu2HAm8LaouShMPh1Fbtiu2wn2Pvdn9tK7DyEc4beorZC6EFoN",
        "16Uiu2HAmJM5TZmL6VJGufGFo2i9jGZ3HU3RPJtonUUZ8hEJDsz5g",
        "16Uiu2HAmL8XmotwXgXiSqaQWmcbAGH4EcXvd8tT34nWHY4FSvYzF",
        "16Uiu2HAm64jgK8ZZbxdxZAsG8yKK8w6M44R7n9WsxCz31w9Tb8kr",
        "16Uiu2HAkxyxeMxDNYgP3r3Vz4j9o4g2mZHamzmgDKKmnTQZSEiGh",
        "16Uiu2HAmRjGKxoCsZTb5Gog4NvFDZ8MWUnunscPFqyzqfCFsBBEW",
    ];

    [Fact]
    public void Mainnet_has_24_nodes_with_the_known_ids()
    {
        Assert.Equal(24, BootNodes.Mainnet.Count);
        Assert.Equal(Mainnet.Select(m => m.Peer), BootNodes.Mainnet.Select(n => n.PeerId.ToString()));
        Assert.Equal(Mainnet.Select(m => m.Node), BootNodes.Mainnet.Select(n => n.NodeId.ToString()));
        foreach ((BootNode node, ulong? chainId) in BootNodes.Mainnet.Zip(Mainnet.Select(m => m.ChainId)))
        {
            Assert.Equal(chainId is null, node.Enr is null);
            if (node.Enr is not null)
            {
                Assert.True(EnrValidation.Validate(node.Enr, chainId!.Value).IsValid);
            }
        }
    }

    [Fact]
    public void Testnet_has_8_nodes_with_the_known_ids()
    {
        Assert.Equal(8, BootNodes.Testnet.Count);
        Assert.Equal(TestnetPeers, BootNodes.Testnet.Select(n => n.PeerId.ToString()));
    }

    [Fact]
    public void Op_node_has_13_nodes_one_of_them_a_host_name()
    {
        Assert.Equal(13, BootNodes.OpNode.Count);
        BootNode conduit = Assert.Single(BootNodes.OpNode, n => n.Enode is { Address: null });
        Assert.Equal("bootnode.conduit.xyz", conduit.Enode!.Host);
        Assert.Equal((0, 30301), (conduit.Enode.TcpPort, conduit.Enode.UdpPort));
        Assert.Null(conduit.ToMultiaddr());
        Assert.Equal(5, BootNodes.OpNode.Count(n => n.Enr is not null));
    }

    [Fact]
    public void Every_node_prints_as_it_was_given()
    {
        foreach (BootNode node in BootNodes.Mainnet.Concat(BootNodes.Testnet).Concat(BootNodes.OpNode))
        {
            Assert.Equal(node, BootNode.Parse(node.ToString()));
        }

        Assert.EndsWith("@34.65.43.171:0?discport=30305", BootNodes.Mainnet[16].ToString());
    }

    [Theory]
    [InlineData(10UL, true)]
    [InlineData(8453UL, true)]
    [InlineData(11155420UL, false)]
    [InlineData(84532UL, false)]
    public void A_registered_chain_has_the_nodes_of_its_L1_and_then_op_node_s(ulong chainId, bool mainnet)
    {
        BootNodes nodes = BootNodes.FromChainId(chainId);
        BootNodes expected = mainnet ? BootNodes.Mainnet : BootNodes.Testnet;

        Assert.Equal(expected, nodes.Take(expected.Count));
        Assert.Equal(mainnet ? 26 : 20, nodes.Count);
        Assert.Equal(nodes.Count, nodes.Select(n => n.NodeId).Distinct().Count());
        Assert.Empty(BootNodes.OpNode.Select(n => n.NodeId).Except(nodes.Select(n => n.NodeId)));
    }

    [Fact]
    public void A_chain_that_is_not_registered_has_none() => Assert.Empty(BootNodes.FromChainId(901));
}
