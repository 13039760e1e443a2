using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace OpStack.Libp2p.Nat;

/// <summary>Asks the system for the IPv4 gateway of its default route.</summary>
internal static class GatewayFinder
{
    /// <summary>Any address outside will do (TEST-NET-1): connecting a UDP socket looks a route up and sends nothing.</summary>
    private static readonly IPEndPoint Outside = new(IPAddress.Parse("192.0.2.1"), 9);

    /// <summary>The gateway and our address towards it; null when there is no route or no gateway on it.</summary>
    /// <param name="known">The gateway's address when the host knows it; null to look it up.</param>
    public static GatewayLocation? Find(IPAddress? known)
    {
        if (known is not null)
        {
            return LocalAddressTowards(new IPEndPoint(known, Outside.Port)) is { } towards ? new GatewayLocation(known, towards) : null;
        }

        return LocalAddressTowards(Outside) is { } local && GatewayOf(local) is { } gateway ? new GatewayLocation(gateway, local) : null;
    }

    private static IPAddress? LocalAddressTowards(IPEndPoint remote)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(remote);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            // No route: the machine is offline, which is an answer.
            return null;
        }
    }

    private static IPAddress? GatewayOf(IPAddress local) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up)
            .Select(i => i.GetIPProperties())
            .FirstOrDefault(p => p.UnicastAddresses.Any(u => u.Address.Equals(local)))
            ?.GatewayAddresses.Select(g => g.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !a.Equals(IPAddress.Any));
}
