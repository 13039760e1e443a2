using System.Net;
using System.Net.Sockets;

namespace OpStack.Discv5.Routing;

/// <summary>Where a node is contacted, of the endpoints its record names.</summary>
internal static class ContactEndpoint
{
    /// <summary>
    /// geth's choice (wire.md section 10): the endpoint with the wider reach of those we have a socket for, IPv4 when equal. Null if there
    /// is none.
    /// </summary>
    public static IPEndPoint? Select(INodeRecord record, IpFamilies families)
    {
        IPEndPoint? v4 = Usable(record.Udp4, families.HasFlag(IpFamilies.V4));
        IPEndPoint? v6 = Usable(record.Udp6, families.HasFlag(IpFamilies.V6));
        if (v4 is null || v6 is null)
        {
            return v4 ?? v6;
        }

        return AddressScope.Reach(v6.Address) > AddressScope.Reach(v4.Address) ? v6 : v4;
    }

    /// <summary>
    /// Whether the record names exactly the endpoint a packet came from, as sigp demands of nodes that contact it: any other cannot be
    /// reached there, or speaks for an address that is not its own.
    /// </summary>
    public static bool IsNamed(INodeRecord record, IPEndPoint source)
    {
        IPEndPoint plain = AddressScope.Normalise(source);
        return plain.Equals(plain.AddressFamily == AddressFamily.InterNetwork ? record.Udp4 : record.Udp6);
    }

    private static IPEndPoint? Usable(IPEndPoint? endpoint, bool reachable) =>
        reachable && endpoint is { Port: > 0 } && !AddressScope.IsUnspecified(endpoint.Address) ? endpoint : null;
}
