using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers;

/// <summary>Which addresses the swarm can dial.</summary>
internal static class DialableAddress
{
    /// <summary>True for TCP over ip4, ip6, dns, dns4 and dns6, and for dnsaddr; with or without /p2p at the end.</summary>
    public static bool IsDialable(this Multiaddr address) =>
        address.TryGetTcpEndPoint(out _) || address.TryGetDnsHost(out _, out _, out _) || address.TryGetDnsAddrHost(out _);
}
