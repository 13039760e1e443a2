using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>Settings of <see cref="PortMapper"/>.</summary>
public sealed record PortMapperOptions
{
    /// <summary>The router, for PCP and NAT-PMP. Default null: the default gateway of IPv4, at port 5351.</summary>
    public IPEndPoint? Gateway { get; init; }

    /// <summary>Where routers with UPnP are searched for. Default 239.255.255.250:1900.</summary>
    public IPEndPoint SearchEndPoint { get; init; } = new(IPAddress.Parse("239.255.255.250"), 1900);

    /// <summary>How long a mapping is asked for. Default 10 min: a router that restarts has it again in 5. 1 min to 1 day.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(SearchEndPoint, nameof(SearchEndPoint));
        if (Lifetime < NatLimits.MinLifetime || Lifetime > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"{nameof(PortMapperOptions)}.{nameof(Lifetime)} must be 1 min to 1 day, not {Lifetime}.", nameof(Lifetime));
        }
    }
}
