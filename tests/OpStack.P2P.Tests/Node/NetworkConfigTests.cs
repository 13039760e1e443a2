using System.Net;
using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.AutoNat;
using OpStack.P2P.Peers.Dialing;

namespace OpStack.P2P.Tests.Node;

/// <summary>What a configuration is made from, and what is wrong with one.</summary>
public sealed class NetworkConfigTests
{
    public static TheoryData<string, Func<NetworkConfig, NetworkConfig>> Mistakes => new()
    {
        { "RollupConfig", config => config with { RollupConfig = null! } },
        { "BlockTime", config => config with { RollupConfig = config.RollupConfig with { BlockTime = 0 } } },
        { "BlockTime", config => config with { RollupConfig = config.RollupConfig with { BlockTime = ulong.MaxValue } } },
        { "ListenIp", config => config with { ListenIp = null! } },
        { "ListenTcpPort", config => config with { ListenTcpPort = 65536 } },
        { "ListenUdpPort", config => config with { ListenUdpPort = -1 } },
        { "AdvertiseTcpPort", config => config with { AdvertiseTcpPort = 70000 } },
        { "AdvertiseUdpPort", config => config with { AdvertiseUdpPort = -2 } },
        { "DiscoveryInterval", config => config with { DiscoveryInterval = TimeSpan.Zero } },
        { "Ip", config => config with { AdvertiseIp = IPAddress.Any } },
        { "NetworkConfig.Nat", config => config with { Nat = true, ListenIp = IPAddress.IPv6Loopback } },
        { "PortMapping", config => config with { PortMapping = null! } },
        { "PortMapperOptions.Lifetime", config => config with { PortMapping = new PortMapperOptions { Lifetime = TimeSpan.Zero } } },
        { "AutoNat", config => config with { AutoNat = null! } },
        { "AutoNatOptions.MaxDialBacks", config => config with { AutoNat = new AutoNatOptions { MaxDialBacks = 0 } } },
        { "BootNodes", config => config with { BootNodes = null! } },
        { "Workers", config => config with { DiscoveryDials = new DiscoveryDialOptions { Workers = 0 } } },
        { "FillGaps", config => config with { FillGaps = true, SyncByNumber = false } },
        { "StallTimeout", config => config with { Sync = new SyncOptions { StallTimeout = TimeSpan.Zero } } },
        { "StaticPeers", config => config with { StaticPeers = [Libp2p.Multiformats.Multiaddr.Parse("/ip4/127.0.0.1/tcp/1")] } },
        { "L2ChainId", config => config with { RollupConfig = config.RollupConfig with { L2ChainId = 0 } } },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_when_the_network_is_built(string setting, Func<NetworkConfig, NetworkConfig> change)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => Network.Builder(change(TestNetwork.Config)).Build());
        Assert.Contains(setting.Replace("StaticPeers", "Static", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_chain_brings_its_signer_and_what_is_not_set_is_op_nodes()
    {
        NetworkConfig config = NetworkConfig.ForChain(10);
        Assert.Equal("0xaaaa45d9549eda09e70937013520214382ffc4a2", config.UnsafeBlockSigner.ToString());
        Assert.Equal(10UL, config.RollupConfig.L2ChainId);
        Assert.Equal((9222, true, true, false), (config.ListenTcpPort, config.Discovery, config.SyncByNumber, config.FillGaps));
        Assert.Equal((20, 30), (config.Swarm.Limits.LowWater, config.Swarm.Limits.HighWater));
        Assert.Contains("4242", Assert.Throws<ArgumentException>(() => NetworkConfig.ForChain(4242)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_builder_sets_is_the_configurations()
    {
        NetworkConfig? seen = null;
        Network.Builder(TestNetwork.Config)
            .WithDiscoveryDisabled()
            .WithBootstore("store.json")
            .WithDiscoveryInterval(TimeSpan.FromSeconds(9))
            .WithDiscoveryRandomize(TimeSpan.FromSeconds(8))
            .WithPeerScoring(PeerScoreLevel.Off)
            .WithPeerMonitoring(null)
            .WithNat(true)
            .WithPeerLimits(3, 7)
            .With(config => seen = config);
        Assert.Equal((false, true), (seen!.Discovery, seen.Nat));
        Assert.Equal(("store.json", TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(8)), (seen.BootStorePath, seen.DiscoveryInterval, seen.DiscoveryRandomize));
        Assert.Equal((PeerScoreLevel.Off, 3, 7), (seen.Scoring.Level, seen.Swarm.Limits.LowWater, seen.Swarm.Limits.HighWater));
        Assert.Null(seen.PeerMonitoring);
    }
}
