using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Hosting;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>A host on 127.0.0.1 with a node of its own and all three endpoints, as a user writes it.</summary>
internal sealed class WebNode : IAsyncDisposable
{
    public const ulong ChainId = 901;

    /// <summary>Only a guard against a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly WebApplication _app;
    private readonly LogRecorder _complaints;

    private WebNode(WebApplication app, NetworkHandler handler, LogRecorder complaints)
    {
        _app = app;
        _complaints = complaints;
        Handler = handler;
        Uri = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Uri, Timeout = Patience };
    }

    public NetworkHandler Handler { get; }

    public Uri Uri { get; }

    public HttpClient Http { get; }

    public static NetworkConfig Quiet => new()
    {
        RollupConfig = TestChains.At(ChainId, PayloadVersion.V4),
        UnsafeBlockSigner = TestBlocks.Sequencer,
        ListenIp = IPAddress.Loopback,
        ListenTcpPort = 0,
        ListenUdpPort = 0,
        AdvertiseIp = IPAddress.Loopback,
        Discovery = false,
        ChainBootNodes = false,
        Gossip = new GossipsubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100) },
    };

    public static async Task<WebNode> StartAsync(
        P2PEndpointOptions? options = null, Func<NetworkConfig, NetworkConfig>? change = null, TimeProvider? time = null)
    {
        LogRecorder complaints = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(complaints).AddFilter((category, level) =>
            category!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && level >= LogLevel.Error);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOpStackP2P(p2p =>
        {
            p2p.Chain = "10"; // Something that checks out; what counts is below.
            p2p.NoDiscovery = true;
            p2p.With(config =>
            {
                NetworkConfig quiet = Quiet with { MeterFactory = config.MeterFactory };
                return change?.Invoke(quiet) ?? quiet;
            });
        });
        WebApplication app = builder.Build();
        app.MapOpP2PRpc("/", options);
        app.MapP2PMetrics("/metrics", options);
        app.MapP2PDashboard("/", options);
        await app.StartAsync().WaitAsync(Patience);
        return new WebNode(app, await app.Services.GetRequiredService<P2PNode>().Started.WaitAsync(Patience), complaints);
    }

    public Task<HttpResponseMessage> PostAsync(string json, Action<HttpRequestMessage>? change = null) =>
        PostAsync(new StringContent(json, System.Text.Encoding.UTF8, "application/json"), change);

    public Task<HttpResponseMessage> PostAsync(HttpContent body, Action<HttpRequestMessage>? change = null)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = body };
        change?.Invoke(request);
        return Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync().WaitAsync(Patience);
        await _app.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.True(_complaints.All.Count == 0, string.Join('\n', _complaints.All)); // An exception that got through to the server is an error of ours.
    }
}
