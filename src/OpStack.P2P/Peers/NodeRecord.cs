using System.Globalization;
using System.Net;
using OpStack.Discv5;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Peers;

/// <summary>Why a text is no enode URL (kona's NodeRecordParseError).</summary>
public enum NodeRecordParseError
{
    /// <summary>It is one.</summary>
    None,
    /// <summary>Not enode://id@host:port, or the host or the port is malformed.</summary>
    InvalidUrl,
    /// <summary>The id is not 128 hex digits of a point on the curve.</summary>
    InvalidId,
    /// <summary>discport is no port.</summary>
    InvalidDiscport,
}

/// <summary>
/// A node as an enode URL names it: key, host and ports, but no signature. enode://X‖Y@host:tcp[?discport=udp], the host being an ip4
/// address, an ip6 address in brackets, or a name.
/// </summary>
public sealed partial record NodeRecord
{
    private NodeRecord(Secp256k1PublicKey publicKey, string host, IPAddress? address, ushort tcpPort, ushort udpPort)
    {
        PublicKey = publicKey;
        Host = host;
        Address = address;
        TcpPort = tcpPort;
        UdpPort = udpPort;
    }

    /// <summary>The node's key.</summary>
    public Secp256k1PublicKey PublicKey { get; }

    /// <summary>The address in text (ip6 without brackets), or the host name as it was given.</summary>
    public string Host { get; }

    /// <summary>The address; null for a host name.</summary>
    public IPAddress? Address { get; }

    /// <summary>Where it listens for TCP; 0 for a node that is there for discovery only.</summary>
    public ushort TcpPort { get; }

    /// <summary>Where it listens for discovery: discport, else the TCP port.</summary>
    public ushort UdpPort { get; }

    /// <summary>A record of an address. A v4-mapped address becomes ip4.</summary>
    public static NodeRecord Create(Secp256k1PublicKey publicKey, IPAddress address, ushort tcpPort, ushort udpPort)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        IPAddress plain = AddressScope.Normalise(address);
        return new NodeRecord(publicKey, plain.ToString(), plain, tcpPort, udpPort);
    }

    /// <summary>The same node with its host name resolved.</summary>
    public NodeRecord WithAddress(IPAddress address) => Create(PublicKey, address, TcpPort, UdpPort);

    /// <summary>/ip4|ip6|dns/…/tcp/…/p2p/…; null when there is no TCP port, or the host name cannot stand in a multiaddr.</summary>
    public Multiaddr? ToMultiaddr()
    {
        if (TcpPort == 0)
        {
            return null;
        }

        PeerId peer = PublicKey.ToPeerId();
        if (Address is not null)
        {
            return Multiaddr.FromTcpEndPoint(new IPEndPoint(Address, TcpPort)).WithPeerId(peer);
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"/dns/{Host}/tcp/{TcpPort}/p2p/{peer}");
        return Multiaddr.TryParse(text, out Multiaddr? address) ? address : null;
    }

    /// <summary>
    /// Reads an enode URL of at most 512 characters as <see cref="TryParse(string?, out NodeRecord?, out NodeRecordParseError)"/>.
    /// </summary>
    /// <exception cref="FormatException">It is none; the message names the part that is wrong.</exception>
    public static NodeRecord Parse(string text) =>
        TryParse(text, out NodeRecord? record, out NodeRecordParseError error)
            ? record
            : throw new FormatException($"Not an enode URL: {error}.");

    /// <summary>The enode URL; discport only where it differs from the TCP port.</summary>
    public override string ToString()
    {
        string host = Address?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Host}]" : Host;
        string discport = UdpPort == TcpPort ? "" : string.Create(CultureInfo.InvariantCulture, $"?discport={UdpPort}");
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}{Hex.Encode(PublicKey.ToCoordinates())}@{host}:{TcpPort}{discport}");
    }
}
