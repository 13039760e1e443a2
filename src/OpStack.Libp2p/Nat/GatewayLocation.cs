using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>Where the gateway is, and who we are to it.</summary>
/// <param name="Address">The gateway's address inside.</param>
/// <param name="LocalAddress">Our address towards it.</param>
internal sealed record GatewayLocation(IPAddress Address, IPAddress LocalAddress)
{
    private const int PcpPort = 5351;
    private const int SsdpPort = 1900;

    private static readonly IPAddress SsdpGroup = IPAddress.Parse("239.255.255.250");

    /// <summary>Where PCP and NAT-PMP are asked: one port for both (RFC 6887 section 19.1).</summary>
    public IPEndPoint Pcp { get; init; } = new(Address, PcpPort);

    /// <summary>
    /// Where UPnP gateways are looked for: the group, and the gateway itself (UPnP Device Architecture 1.1, section 1.3.2), which no
    /// snooping switch keeps from us.
    /// </summary>
    public IReadOnlyList<IPEndPoint> Ssdp { get; init; } = [new(SsdpGroup, SsdpPort), new(Address, SsdpPort)];

    /// <summary>The same gateway, and we the same to it.</summary>
    public bool IsSame(GatewayLocation other) => Address.Equals(other.Address) && LocalAddress.Equals(other.LocalAddress);
}
