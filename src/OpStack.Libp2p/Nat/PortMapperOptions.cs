using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>Settings of a <see cref="PortMapper"/>.</summary>
public sealed record PortMapperOptions
{
    /// <summary>What is tried, in this order; each at most once, at least one. Default PCP, NAT-PMP, UPnP.</summary>
    public IReadOnlyList<PortMappingMethod> Methods { get; init; } = [PortMappingMethod.Pcp, PortMappingMethod.NatPmp, PortMappingMethod.Upnp];

    /// <summary>
    /// The gateway's IPv4 address. Default null: that of the interface the system's default route goes through, looked up anew for every
    /// renewal.
    /// </summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>
    /// The address the ports are bound at. A gateway towards which we have another is asked for nothing: it would let strangers in to what listens
    /// there. Default null: all addresses.
    /// </summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>
    /// The lifetime asked for. Default 10 min; 1 min to 1 day. Renewed at half of it, which is also how long a gateway that has restarted or
    /// changed its address goes unnoticed (RFC 6886 proposes 2 h; go-libp2p asks for 1 min).
    /// </summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The pause after a first failure, doubled with every further one. Default 10 s (ours); at least 4 s.</summary>
    public TimeSpan RetryBase { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest such pause. Default 5 min (ours); at least <see cref="RetryBase"/>, at most a day.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest wait for the gateway to take the mappings back when disposing. Default 2 s; 0 to 1 min.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What a UPnP gateway shows its owner beside the mapping: 1 to 64 letters, digits, spaces, points, hyphens or underscores. Default
    /// "opstack-p2p".
    /// </summary>
    public string Description { get; init; } = "opstack-p2p";

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        Require(
            Methods is { Count: > 0 } && Methods.All(Enum.IsDefined) && Methods.Distinct().Count() == Methods.Count,
            nameof(Methods),
            "must name at least one method and none twice");
        Require(
            Gateway is null || Gateway.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork, nameof(Gateway), "must be an IPv4 address");
        Require(Lifetime >= TimeSpan.FromMinutes(1) && Lifetime <= TimeSpan.FromDays(1), nameof(Lifetime), "must be between 1 minute and a day");
        Require(RetryBase >= NatLimits.MinInterval, nameof(RetryBase), $"must be at least {NatLimits.MinInterval}");
        Require(RetryMax >= RetryBase && RetryMax <= TimeSpan.FromDays(1), nameof(RetryMax), $"must be between {nameof(RetryBase)} and a day");
        Require(
            CloseTimeout >= TimeSpan.Zero && CloseTimeout <= TimeSpan.FromMinutes(1), nameof(CloseTimeout), "must be between zero and 1 minute");
        Require(
            Description is { Length: > 0 and <= 64 } && Description.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '_'),
            nameof(Description),
            "must be 1 to 64 letters, digits, spaces, points, hyphens or underscores");
    }

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(PortMapperOptions)}.{name} {rule}.", name);
        }
    }
}
