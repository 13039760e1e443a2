using System.Net;

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
        EndPoint = AddressScope.Normalise(endpoint);
    }

    /// <summary>The node.</summary>
    public NodeId NodeId { get; }

    /// <summary>Its UDP endpoint, normalised. Not to be changed.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>id@endpoint.</summary>
    public override string ToString() => $"{NodeId}@{EndPoint}";
}
