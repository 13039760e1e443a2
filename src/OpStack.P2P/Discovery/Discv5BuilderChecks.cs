using System.Net;
using OpStack.Discv5;

namespace OpStack.P2P.Discovery;

/// <summary>The ranges of what <see cref="Discv5Builder"/> is given.</summary>
internal static class Discv5BuilderChecks
{
    /// <summary>Throws <see cref="ArgumentException"/> that names the first setting out of range.</summary>
    public static void Run(
        LocalNode? localNode,
        ulong chainId,
        Discv5Options? options,
        TimeSpan interval,
        TimeSpan? randomize,
        TimeSpan storeInterval,
        string? storePath)
    {
        Require(localNode, nameof(localNode));
        Require(localNode!.SigningKey, nameof(LocalNode.SigningKey));

        // op-node starts no discovery without a TCP port to put into its record.
        Require(localNode.TcpPort is >= 1 and <= IPEndPoint.MaxPort, nameof(LocalNode.TcpPort), "1 to 65535");
        Require(localNode.UdpPort is >= 0 and <= IPEndPoint.MaxPort, nameof(LocalNode.UdpPort), "0 to 65535");
        Require(localNode.Ip is null || !AddressScope.IsUnspecified(localNode.Ip), nameof(LocalNode.Ip), "an address peers can reach");
        Require(chainId > 0, nameof(chainId), "at least 1");
        Require(options, nameof(Discv5Builder.WithDiscoveryConfig));
        options!.Validate();
        RequireInterval(interval, nameof(Discv5Builder.WithInterval));
        RequireInterval(randomize ?? interval, nameof(Discv5Builder.WithDiscoveryRandomize));
        RequireInterval(storeInterval, nameof(Discv5Builder.WithStoreInterval));
        Require(storePath is null || !string.IsNullOrWhiteSpace(storePath), nameof(Discv5Builder.WithBootstoreFile), "null or a path");
    }

    /// <summary>Throws <see cref="ArgumentException"/> for a setting that is null.</summary>
    public static void Require(object? setting, string name) => Require(setting is not null, name, "given");

    /// <summary>Throws <see cref="ArgumentException"/> for an interval no timer of the driver takes.</summary>
    public static void RequireInterval(TimeSpan interval, string name) => Require(
        interval >= DiscoveryLimits.MinInterval && interval <= DiscoveryLimits.MaxInterval,
        name,
        $"{DiscoveryLimits.MinInterval} to {DiscoveryLimits.MaxInterval}");

    private static void Require(bool holds, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} must be {range}.", name);
        }
    }
}
