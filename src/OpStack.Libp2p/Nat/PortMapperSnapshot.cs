using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>What a <see cref="PortMapper"/> has achieved, as it is at the moment of asking.</summary>
public sealed record PortMapperSnapshot
{
    /// <summary>The gateway in use; null while there is none.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>What it is asked by; null while there is no gateway that maps ports.</summary>
    public PortMappingMethod? Method { get; init; }

    /// <summary>The mappings that hold now, in the order the ports were given; empty while there are none.</summary>
    public IReadOnlyList<PortMapping> Mappings { get; init; } = [];

    /// <summary>What is wrong, in plain words, for operators; null while all ports are mapped and before the first search has ended.</summary>
    public string? Fault { get; init; }

    /// <summary>The address peers outside see us at, as the gateway tells; null while nothing is mapped.</summary>
    public IPAddress? ExternalAddress => Mappings.Count == 0 ? null : Mappings[0].External.Address;

    /// <summary>Where a port of ours is reached; null while it is not mapped.</summary>
    public IPEndPoint? ExternalOf(TransportProtocol protocol, int internalPort) =>
        Mappings.FirstOrDefault(m => m.Port.Protocol == protocol && m.Port.InternalPort == internalPort)?.External;
}
