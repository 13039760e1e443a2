using System.Net;
using System.Net.Sockets;

namespace OpStack.Libp2p.Connections.Dialing;

/// <summary>
/// The order in which addresses are tried (RFC 8305 section 4): IPv6 and IPv4 in turn, IPv6 first, each family in the order given.
/// </summary>
internal static class FamilyOrder
{
    public static IEnumerable<IPEndPoint> Interleave(IReadOnlyCollection<IPEndPoint> endPoints)
    {
        IPEndPoint[] v6 = [.. endPoints.Where(e => e.AddressFamily == AddressFamily.InterNetworkV6)];
        IPEndPoint[] v4 = [.. endPoints.Where(e => e.AddressFamily != AddressFamily.InterNetworkV6)];
        for (int i = 0; i < Math.Max(v6.Length, v4.Length); i++)
        {
            if (i < v6.Length)
            {
                yield return v6[i];
            }

            if (i < v4.Length)
            {
                yield return v4[i];
            }
        }
    }
}
