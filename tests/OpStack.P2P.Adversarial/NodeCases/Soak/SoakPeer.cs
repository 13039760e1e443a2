using System.Net;
using OpStack.Discv5.Records;
using OpStack.P2P.Adversarial.NodeCases.Victim;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>A whole honest node that knows the victim's record alone and finds the others through it.</summary>
internal sealed class SoakPeer : IAsyncDisposable
{
    // Enough for a mesh; thirty nodes of one process need not all know one another.
    private const int FewPeers = 8;
    private const int ManyPeers = 14;

    private readonly Network _network;
    private readonly NetworkHandler _handler;
    private readonly Task _reading;

    private SoakPeer(Network network, NetworkHandler handler)
    {
        _network = network;
        _handler = handler;
        _reading = ReadAsync();
    }

    public GossipDriver Gossip => _handler.Gossip;

    public static async Task<SoakPeer> StartAsync(Enr victim)
    {
        Network network = Network.Builder(VictimNode.Config)
            .With(config => config with { ListenIp = IPAddress.Loopback, BootNodes = new BootNodes([new BootNode(victim)]) })
            .WithPeerLimits(FewPeers, ManyPeers)
            .Build();
        return new SoakPeer(network, await network.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (OpNetworkPayloadEnvelope _ in _handler.UnsafeBlocks.ReadAllAsync(CancellationToken.None))
        {
            // A host that keeps up.
        }
    }
}
