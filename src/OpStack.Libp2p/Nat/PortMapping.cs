using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>What a mapped port carries.</summary>
public enum MappedProtocol
{
    /// <summary>libp2p's.</summary>
    Tcp,

    /// <summary>discv5's.</summary>
    Udp,
}

/// <summary>A port of ours to be mapped.</summary>
/// <param name="Protocol">What it carries.</param>
/// <param name="Port">Where we listen, 1 to 65535; asked for outside as well.</param>
public readonly record struct MappedPort(MappedProtocol Protocol, int Port);

/// <summary>A mapping the gateway granted.</summary>
/// <param name="Port">The port of ours.</param>
/// <param name="External">Where it is reached from outside, as the gateway says: its address may be behind another NAT.</param>
/// <param name="Lifetime">For how long from then; it is renewed at half of it.</param>
/// <param name="Method">"PCP", "NAT-PMP" or "UPnP-IGD".</param>
public sealed record PortMapping(MappedPort Port, IPEndPoint External, TimeSpan Lifetime, string Method);
