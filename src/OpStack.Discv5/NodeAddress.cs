using System.Net;
using System.Net.Sockets;

namespace OpStack.Discv5;

/// <summary>
/// Who and where: the key of a session. The endpoint is normalised, so that one socket has one address: an IPv4-mapped IPv6 address
/// becomes the IPv4 address, and a scope id becomes 0.
/// </summary>
public readonly record struct NodeAddress
{
    /// <summary>Takes an id and the UDP endpoint it is reached at or sends from.</summary>
    public NodeAddress(NodeId nodeId, IPEndPoint endpoint)
    {
        NodeId = nodeId;
        EndPoint = Normalise(endpoint);
    }

    /// <summary>The node.</summary>
    public NodeId NodeId { get; }

    /// <summary>Its UDP endpoint, normalised. Not to be changed.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The normal form of an endpoint; the same object when it is normal already.</summary>
    public static IPEndPoint Normalise(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        IPAddress address = endpoint.Address;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return endpoint;
        if (address.IsIPv4MappedToIPv6)
            return new IPEndPoint(address.MapToIPv4(), endpoint.Port);
        return address.ScopeId == 0 ? endpoint : new IPEndPoint(new IPAddress(address.GetAddressBytes()), endpoint.Port);
    }

    /// <summary>id@endpoint.</summary>
    public override string ToString() => $"{NodeId}@{EndPoint}";
}
