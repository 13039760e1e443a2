using System.Net;
using System.Net.Sockets;
using OpStack.Discv5.Records;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Discovery;

/// <summary>Our own record.</summary>
internal static class LocalRecord
{
    private const string Ip4Key = "ip"; // EIP-778.

    /// <summary>
    /// The record to begin with: the opstack entry, address and ports. Its number is the time in milliseconds, so that it rises across
    /// restarts (geth). With an ip6 address both kinds of port entries are there: sigp wants tcp6 and udp6, geth takes tcp and udp.
    /// </summary>
    public static Enr Create(LocalNode node, ulong chainId, TimeProvider time)
    {
        EnrBuilder record = new EnrBuilder(EnrBuilder.NextSequence(0, time.GetUtcNow()))
            .Set(OpStackEnr.Key, OpStackEnr.FromChainId(chainId).Encode())
            .SetTcp(node.TcpPort);
        if (node.Ip is not null)
        {
            record.SetIp(node.Ip);
        }

        if (IsIp6(node))
        {
            record.SetTcp6(node.TcpPort);
        }

        SetUdp(record, node, node.UdpPort);
        return record.Build(node.SigningKey);
    }

    /// <summary>Sets the UDP port entries; 0 leaves them out.</summary>
    public static void SetUdp(EnrBuilder record, LocalNode node, int port)
    {
        if (port == 0)
        {
            return;
        }

        record.SetUdp(port);
        if (IsIp6(node))
        {
            record.SetUdp6(port);
        }
    }

    /// <summary>Sets what a NAT gateway maps to us; what it does not is as it was at the beginning. The gateway's addresses are IPv4.</summary>
    /// <param name="record">Ours, of a node without an address of its own.</param>
    /// <param name="node">What it tells without a mapping.</param>
    /// <param name="bound">The UDP port, where the node names none.</param>
    /// <param name="mapped">Null for nothing.</param>
    public static void SetMapped(EnrBuilder record, LocalNode node, int bound, MappedAddress? mapped)
    {
        record.Remove(Ip4Key);
        if (mapped is not null)
        {
            record.SetIp(mapped.Ip);
        }

        record.SetTcp(mapped?.TcpPort ?? node.TcpPort);
        record.SetUdp(mapped?.UdpPort ?? (node.UdpPort == 0 ? bound : node.UdpPort));
    }

    /// <summary>The bound port that the record names: that of the advertised address's family, where each family has a socket.</summary>
    public static int ChoosePort(LocalNode node, IReadOnlyList<IPEndPoint> bound) =>
        (bound.FirstOrDefault(b => IsIp6(node) == (b.AddressFamily == AddressFamily.InterNetworkV6)) ?? bound[0]).Port;

    private static bool IsIp6(LocalNode node) => node.Ip is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };
}
