using System.Net;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.P2P.Peers.Dialing;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;

namespace OpStack.P2P.Tests.Node;

/// <summary>A network on loopback, and what its host works with.</summary>
internal sealed class TestNetwork(Network network, NetworkHandler handler) : IAsyncDisposable
{
    /// <summary>
    /// Any ports of loopback, a chain whose blocks are V4, and a pace for tests. It waits to be dialled: when two dial each other at once one
    /// connection is given up, and a block that is on it at that moment is lost between two nodes that have no others.
    /// </summary>
    public static NetworkConfig Config => new()
    {
        RollupConfig = TestChains.At(DriverNode.ChainId, PayloadVersion.V4),
        UnsafeBlockSigner = TestBlocks.Sequencer,
        ListenIp = IPAddress.Loopback,
        ListenTcpPort = 0,
        ListenUdpPort = 0,
        AdvertiseIp = IPAddress.Loopback,
        DiscoveryInterval = TimeSpan.FromMilliseconds(200),
        DiscoveryDials = Dials(TimeSpan.FromDays(1)),
        Gossip = new GossipsubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100) },
    };

    public Network Network => network;

    public NetworkHandler Handler => handler;

    public GossipDriver Gossip => handler.Gossip;

    public Enr Enr => handler.Discovery!.LocalEnr;

    public Multiaddr Address => Gossip.ListenAddresses[0].WithPeerId(Gossip.LocalPeerId);

    public static async Task<TestNetwork> StartAsync(Func<NetworkConfig, NetworkConfig>? change = null, Func<NetworkBuilder, NetworkBuilder>? configure = null)
    {
        NetworkBuilder builder = Network.Builder(change?.Invoke(Config) ?? Config);
        Network network = (configure?.Invoke(builder) ?? builder).Build();
        return new TestNetwork(network, await network.StartAsync().WaitAsync(DriverNode.Patience));
    }

    /// <summary>The same, but it dials what it finds, knowing the record of another one alone.</summary>
    public static Task<TestNetwork> StartAsync(Enr bootNode, Func<NetworkConfig, NetworkConfig>? change = null) =>
        StartAsync(config => (change?.Invoke(config) ?? config) with
        {
            BootNodes = new BootNodes([new BootNode(bootNode)]),
            DiscoveryDials = Dials(TimeSpan.FromMilliseconds(50)),
        });

    /// <summary>The next unsafe block.</summary>
    public async Task<OpNetworkPayloadEnvelope> NextBlockAsync() =>
        await handler.UnsafeBlocks.ReadAsync().AsTask().WaitAsync(DriverNode.Patience);

    /// <summary>Waits until each is in the other's mesh.</summary>
    public Task MeshedAsync(TestNetwork other) => Until.TrueAsync(async () => await HasInMeshAsync(other) && await other.HasInMeshAsync(this));

    public PartStatus Part(NetworkPart part) => handler.Parts.Single(status => status.Part == part);

    public async ValueTask DisposeAsync() => await network.DisposeAsync().AsTask().WaitAsync(DriverNode.Patience);

    private static DiscoveryDialOptions Dials(TimeSpan interval) => new() { FastInterval = interval, SlowInterval = interval };

    private async Task<bool> HasInMeshAsync(TestNetwork other) =>
        (await Gossip.GetSnapshotAsync()).Mesh.TryGetValue(DriverNode.Topic(), out IReadOnlyList<Libp2p.Identity.PeerId>? mesh)
        && mesh.Contains(other.Gossip.LocalPeerId);
}
