namespace OpStack.Libp2p.Nat;

/// <summary>What a mapped port carries. The numbers are those of the IANA protocol registry, as in PCP.</summary>
public enum TransportProtocol
{
    /// <summary>TCP: libp2p.</summary>
    Tcp = 6,
    /// <summary>UDP: discovery.</summary>
    Udp = 17,
}
