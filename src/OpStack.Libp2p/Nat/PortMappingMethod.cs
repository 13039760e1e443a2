namespace OpStack.Libp2p.Nat;

/// <summary>How a gateway is asked for a mapping.</summary>
public enum PortMappingMethod
{
    /// <summary>Port Control Protocol, RFC 6887.</summary>
    Pcp,
    /// <summary>NAT Port Mapping Protocol, RFC 6886.</summary>
    NatPmp,
    /// <summary>UPnP Internet Gateway Device, versions 1 and 2.</summary>
    Upnp,
}
