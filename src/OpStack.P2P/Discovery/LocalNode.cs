using System.Net;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>What our node tells of itself in its record (kona's LocalNode).</summary>
/// <param name="SigningKey">
/// The discv5 identity, which is that of libp2p as well (op-node p2p/host.go). Stays the caller's to dispose, after the driver.
/// </param>
/// <param name="Ip">The address peers reach us at; null when they shall find it out by voting.</param>
/// <param name="TcpPort">
/// Where libp2p is reached: 1 to 65535. A driver's bound port is in <see cref="GossipDriver.ListenAddresses"/>.
/// </param>
/// <param name="UdpPort">Where discovery is reached; 0 for the port bound.</param>
public sealed record LocalNode(Secp256k1PrivateKey SigningKey, IPAddress? Ip, int TcpPort, int UdpPort = 0)
{
    /// <summary>The public half alone: the key is a secret.</summary>
    public override string ToString() => $"{Peers.PeerKeys.ToPeerId(SigningKey.PublicKey)} at {Ip} tcp {TcpPort} udp {UdpPort}";
}
