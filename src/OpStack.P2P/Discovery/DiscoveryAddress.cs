using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpStack.Discv5;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Discovery;

/// <summary>What discovery reads out of a multiaddr.</summary>
internal static class DiscoveryAddress
{
    /// <summary>The address that a multiaddr begins with.</summary>
    public static bool TryGetIp(Multiaddr address, [NotNullWhen(true)] out IPAddress? ip)
    {
        MultiaddrComponent first = address.Components[0];
        ip = first.Name is "ip4" or "ip6" ? AddressScope.Normalise(new IPAddress(first.Value.Span)) : null;
        return ip is not null;
    }

    /// <summary>Whom to ask: key from the peer id, port from udp or else tcp.</summary>
    public static bool TryGetContact(Multiaddr address, [NotNullWhen(true)] out NodeContact? contact)
    {
        contact = null;
        if (!TryGetPort(address, "udp", out int port) && !TryGetPort(address, "tcp", out port))
        {
            return false;
        }

        if (!TryGetIp(address, out IPAddress? ip)
            || address.PeerId is not { } peer
            || !peer.TryGetSecp256k1Key(out Secp256k1PublicKey? key))
        {
            return false;
        }

        contact = new NodeContact(key, new IPEndPoint(ip, port));
        return true;
    }

    private static bool TryGetPort(Multiaddr address, string protocol, out int port)
    {
        port = 0;
        foreach (MultiaddrComponent component in address.Components)
        {
            if (component.Name == protocol)
            {
                port = BinaryPrimitives.ReadUInt16BigEndian(component.Value.Span);
                return port != 0;
            }
        }

        return false;
    }
}
