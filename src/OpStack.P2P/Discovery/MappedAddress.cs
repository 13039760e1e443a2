using System.Net;

namespace OpStack.P2P.Discovery;

/// <summary>Where a NAT gateway lets the open internet in to us.</summary>
/// <param name="Ip">The gateway's IPv4 address outside.</param>
/// <param name="TcpPort">The port there of our libp2p; null where it is not mapped.</param>
/// <param name="UdpPort">The port there of our discovery; null where it is not mapped.</param>
internal sealed record MappedAddress(IPAddress Ip, int? TcpPort, int? UdpPort);
