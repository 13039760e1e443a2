using System.Net;
using OpStack.Discv5.Records;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers;

/// <summary>Where libp2p reaches the node of a record.</summary>
public static class EnrAddresses
{
    /// <summary>
    /// /ip4|ip6/…/tcp/…/p2p/… of a record, ip4 before ip6; null for a record without an address and a TCP port other than 0
    /// (op-node would dial port 0).
    /// </summary>
    public static Multiaddr? ToMultiaddr(this Enr record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.TcpEndPoint() is { } endPoint ? Multiaddr.FromTcpEndPoint(endPoint).WithPeerId(record.PublicKey.ToPeerId()) : null;
    }

    /// <summary>The endpoint of <see cref="ToMultiaddr"/>.</summary>
    internal static IPEndPoint? TcpEndPoint(this Enr record) =>
        record.Tcp4 is { Port: > 0 } tcp4 ? tcp4 : record.Tcp6 is { Port: > 0 } tcp6 ? tcp6 : null;
}
