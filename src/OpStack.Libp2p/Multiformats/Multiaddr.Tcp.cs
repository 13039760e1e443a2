using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpStack.Libp2p.Multiformats;

public sealed partial class Multiaddr
{
    /// <summary>/ip4/…/tcp/port or /ip6/…/tcp/port of an endpoint. A v4-mapped address becomes ip4; an ip6 scope is left out.</summary>
    public static Multiaddr FromTcpEndPoint(IPEndPoint endPoint)
    {
        IPAddress address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        bool isIp4 = address.AddressFamily == AddressFamily.InterNetwork;
        int addressLength = isIp4 ? 4 : 16;
        byte[] bytes = new byte[1 + addressLength + 1 + sizeof(ushort)];
        bytes[0] = (byte)(isIp4 ? MultiaddrProtocol.Ip4Code : MultiaddrProtocol.Ip6Code);
        address.TryWriteBytes(bytes.AsSpan(1), out _);
        bytes[1 + addressLength] = MultiaddrProtocol.TcpCode;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 + addressLength), (ushort)endPoint.Port);
        return TryDecode(bytes, out Multiaddr? result) ? result : throw new ArgumentException("Not an IP endpoint.", nameof(endPoint));
    }

    /// <summary>True for exactly /ip4|ip6/…/tcp/port[/p2p/…].</summary>
    public bool TryGetTcpEndPoint([NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (!IsHostAndTcp(out int port) || _parts[0].Protocol.Kind is not (MultiaddrValueKind.Ip4 or MultiaddrValueKind.Ip6))
        {
            return false;
        }

        endPoint = new IPEndPoint(new IPAddress(ValueOf(_parts[0])), port);
        return true;
    }

    /// <summary>
    /// True for exactly /dns|dns4|dns6/host/tcp/port[/p2p/…]. The family is InterNetwork for dns4, InterNetworkV6 for dns6 and
    /// Unspecified, either will do, for dns.
    /// </summary>
    public bool TryGetDnsHost([NotNullWhen(true)] out string? host, out AddressFamily family, out int port)
    {
        host = null;
        family = AddressFamily.Unspecified;
        if (!IsHostAndTcp(out port)
            || _parts[0].Protocol.Code is not (MultiaddrProtocol.DnsCode or MultiaddrProtocol.Dns4Code or MultiaddrProtocol.Dns6Code))
        {
            return false;
        }

        host = Encoding.UTF8.GetString(ValueOf(_parts[0]));
        family = _parts[0].Protocol.Code switch
        {
            MultiaddrProtocol.Dns4Code => AddressFamily.InterNetwork,
            MultiaddrProtocol.Dns6Code => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        return true;
    }

    /// <summary>True for exactly /dnsaddr/host[/p2p/…].</summary>
    public bool TryGetDnsAddrHost([NotNullWhen(true)] out string? host)
    {
        bool matches = _parts.Length == (EndsInPeerId ? 2 : 1) && _parts[0].Protocol.Code == MultiaddrProtocol.DnsAddrCode;
        host = matches ? Encoding.UTF8.GetString(ValueOf(_parts[0])) : null;
        return matches;
    }

    /// <summary>True when tcp is the second component, and nothing but a peer id follows.</summary>
    private bool IsHostAndTcp(out int port)
    {
        int count = _parts.Length - (EndsInPeerId ? 1 : 0);
        bool matches = count == 2 && _parts[1].Protocol.Code == MultiaddrProtocol.TcpCode;
        port = matches ? BinaryPrimitives.ReadUInt16BigEndian(ValueOf(_parts[1])) : 0;
        return matches;
    }
}
