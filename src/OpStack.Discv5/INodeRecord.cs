using System.Net;

namespace OpStack.Discv5;

/// <summary>What the routing table and lookups need of a node record. <c>Enr</c> is the real one; simulations bring unsigned ones.</summary>
internal interface INodeRecord
{
    /// <summary>The node the record is about.</summary>
    NodeId NodeId { get; }

    /// <summary>Sequence number: of two records of a node the one with the higher number counts.</summary>
    ulong Sequence { get; }

    /// <summary>Where the node answers over IPv4, if the record says so.</summary>
    IPEndPoint? Udp4 { get; }

    /// <summary>Where the node answers over IPv6, if the record says so.</summary>
    IPEndPoint? Udp6 { get; }
}
