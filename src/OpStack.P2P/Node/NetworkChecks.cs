using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Node;

/// <summary>What of a <see cref="NetworkConfig"/> no other builder checks.</summary>
internal static class NetworkChecks
{
    /// <summary>Throws <see cref="ArgumentException"/> that names the first setting that is wrong.</summary>
    public static void Run(NetworkConfig config, TimeProvider time, ILoggerFactory loggers)
    {
        Given(config, nameof(config));
        Given(time, nameof(NetworkBuilder.WithTimeProvider));
        Given(loggers, nameof(NetworkBuilder.WithLoggerFactory));
        Given(config.RollupConfig, nameof(NetworkConfig.RollupConfig));
        Require(config.RollupConfig.BlockTime is > 0 and <= NetworkLimits.MaxBlockTime, nameof(RollupConfig.BlockTime), $"1 to {NetworkLimits.MaxBlockTime} s");
        Given(config.ListenIp, nameof(NetworkConfig.ListenIp));
        Port(config.ListenTcpPort, nameof(NetworkConfig.ListenTcpPort));
        Port(config.ListenUdpPort ?? 0, nameof(NetworkConfig.ListenUdpPort));
        Port(config.AdvertiseTcpPort, nameof(NetworkConfig.AdvertiseTcpPort));
        Port(config.AdvertiseUdpPort, nameof(NetworkConfig.AdvertiseUdpPort));
        Require(!config.Nat || config.ListenIp.AddressFamily == AddressFamily.InterNetwork, nameof(NetworkConfig.Nat), "false without an IPv4 address to listen at");
        Given(config.PortMapping, nameof(NetworkConfig.PortMapping));
        config.PortMapping.Validate();
        Given(config.AutoNat, nameof(NetworkConfig.AutoNat));
        config.AutoNat.Validate();
        Given(config.DiscoveryOptions, nameof(NetworkConfig.DiscoveryOptions));
        Discv5BuilderChecks.RequireInterval(config.DiscoveryInterval, nameof(NetworkConfig.DiscoveryInterval));
        Discv5BuilderChecks.RequireInterval(config.DiscoveryRandomize ?? config.DiscoveryInterval, nameof(NetworkConfig.DiscoveryRandomize));
        Given(config.BootNodes, nameof(NetworkConfig.BootNodes));
        Given(config.StaticPeers, nameof(NetworkConfig.StaticPeers));
        Given(config.DirectPeers, nameof(NetworkConfig.DirectPeers));
        Given(config.Scoring, nameof(NetworkConfig.Scoring));
        Given(config.Swarm, nameof(NetworkConfig.Swarm));
        Given(config.Sync, nameof(NetworkConfig.Sync));
        config.Sync.Validate();
        Given(config.Rpc, nameof(NetworkConfig.Rpc));
        config.Rpc.Validate();
        if (config.SignerSource?.ReloadInterval is { } reload && reload != Timeout.InfiniteTimeSpan)
        {
            PeerSettings.RequireInterval(reload, nameof(NetworkConfig), nameof(NetworkConfig.SignerSource));
        }

        Require(config.SyncByNumber || !config.FillGaps, nameof(NetworkConfig.FillGaps), $"false without {nameof(NetworkConfig.SyncByNumber)}");
    }

    private static void Given(object? setting, string name) => Require(setting is not null, name, "given");

    private static void Port(int port, string name) => Require(port is >= 0 and <= IPEndPoint.MaxPort, name, "0 to 65535");

    private static void Require(bool holds, string name, string range) =>
        PeerSettings.Require(holds, nameof(NetworkConfig), name, range);
}
