using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Hosting.Tests;

/// <summary>Hosts whose nodes stay on loopback and touch no disk.</summary>
internal static class TestHost
{
    public const ulong ChainId = 901;

    /// <summary>Only a guard against a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A made-up chain, any ports of loopback, no discovery, and a pace for tests.</summary>
    public static void Quiet(P2POptions options) => Quiet(options, ChainId);

    public static void Quiet(P2POptions options, ulong chainId)
    {
        options.Chain = "10";
        options.ListenIp = "127.0.0.1";
        options.ListenTcp = 0;
        options.NoDiscovery = true;
        options.With(config => config with
        {
            RollupConfig = TestChains.At(chainId, PayloadVersion.V4),
            UnsafeBlockSigner = TestBlocks.Sequencer,
            Gossip = new GossipsubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100) },
        });
    }

    public static IHost Build(Action<IServiceCollection> services, params ILoggerProvider[] logs)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (ILoggerProvider log in logs)
        {
            builder.Logging.AddProvider(log);
        }

        services(builder.Services);
        return builder.Build();
    }

    public static IConfiguration Section(params (string Key, string? Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create("P2P:" + pair.Key, pair.Value)))
        .Build()
        .GetSection("P2P");

    public static async Task<NetworkHandler> HandlerAsync(this IHost host, object? key = null) =>
        await host.Services.GetRequiredKeyedService<P2PNode>(key).Started.WaitAsync(Patience);

    public static IPEndPoint TcpOf(NetworkHandler handler) =>
        handler.Gossip.ListenAddresses[0].TryGetTcpEndPoint(out IPEndPoint? endPoint) ? endPoint! : throw new InvalidOperationException("not bound");
}
