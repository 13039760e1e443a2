using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpStack.P2P.Hosting;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>
/// A host as a user writes it: gossip, discovery, sync and RPC on loopback, with the defaults of the library, but on any free
/// ports. P6 counts no loopback address, so honest peers and attackers may all come from this machine.
/// </summary>
internal sealed class VictimNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NetworkHandler _handler;
    private readonly RecentPayloads _payloads;
    private readonly Task _reading;

    private VictimNode(WebApplication app, NetworkHandler handler, RecentPayloads payloads)
    {
        _app = app;
        _handler = handler;
        _payloads = payloads;
        _reading = Task.Run(ReadAsync);
    }

    public DeliveryLog Deliveries { get; } = new();

    public NetworkHandler Handler => _handler;

    public VictimDoors Doors => new(
        _handler.Gossip.ListenAddresses[0].WithPeerId(_handler.Gossip.LocalPeerId).ToString(),
        _handler.Discovery!.LocalEnr.ToString(),
        _app.Urls.Single(),
        Environment.ProcessId);

    public static NetworkConfig Config => new()
    {
        RollupConfig = HonestBlocks.Chain,
        UnsafeBlockSigner = TestBlocks.Sequencer,
        ListenIp = IPAddress.Loopback,
        ListenTcpPort = 0,
        ListenUdpPort = 0,
        AdvertiseIp = IPAddress.Loopback,
    };

    public static async Task<VictimNode> StartAsync()
    {
        RecentPayloads payloads = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOpStackP2P(p2p =>
        {
            p2p.Chain = "10"; // Something that checks out; what counts is below.
            p2p.With(config => Config with { MeterFactory = config.MeterFactory, PayloadSource = payloads });
        });
        WebApplication app = builder.Build();
        app.MapOpP2PRpc("/");
        app.MapP2PMetrics("/metrics");
        await app.StartAsync();
        return new VictimNode(app, await app.Services.GetRequiredService<P2PNode>().Started, payloads);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _reading; // Its channel is complete.
    }

    private async Task ReadAsync()
    {
        await foreach (OpNetworkPayloadEnvelope block in _handler.UnsafeBlocks.ReadAllAsync())
        {
            Deliveries.Add(block);
            _payloads.Add(block);
        }
    }
}
