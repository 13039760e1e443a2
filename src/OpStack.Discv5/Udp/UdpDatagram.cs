using System.Net;

namespace OpStack.Discv5.Udp;

/// <summary>Size and origin of a received datagram.</summary>
/// <param name="Length">Bytes written to the buffer.</param>
/// <param name="Source">Who sent it; normalised (<see cref="AddressScope.Normalise(IPEndPoint)"/>).</param>
public readonly record struct UdpDatagram(int Length, IPEndPoint Source);
