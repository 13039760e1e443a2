using System.Collections.Frozen;

namespace OpStack.Libp2p.Multiformats;

/// <summary>What follows a protocol code in a multiaddr.</summary>
internal enum MultiaddrValueKind
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>4 bytes; dotted decimal.</summary>
    Ip4,
    /// <summary>16 bytes; RFC 5952.</summary>
    Ip6,
    /// <summary>2 bytes, big-endian; decimal.</summary>
    Port,
    /// <summary>1 byte; decimal.</summary>
    PrefixLength,
    /// <summary>8 bytes, big-endian; decimal.</summary>
    UInt64,
    /// <summary>35 bytes of onion address and 2 of port; base32, a colon, decimal.</summary>
    Onion3,
    /// <summary>Length, then UTF-8 without '/'.</summary>
    Name,
    /// <summary>Length, then a path; in text, all the rest.</summary>
    Path,
    /// <summary>Length, then bytes; percent-encoded.</summary>
    HttpPath,
    /// <summary>Length, then the multihash of a peer id; base58.</summary>
    PeerId,
    /// <summary>Length, then a multihash; multibase.</summary>
    CertHash,
}

/// <summary>One row of the multiaddr protocol table (multiformats/multiaddr protocols.csv, wire.md section 2).</summary>
internal sealed record MultiaddrProtocol(string Name, int Code, MultiaddrValueKind Kind)
{
    public const int Ip4Code = 4;
    public const int TcpCode = 6;
    public const int Ip6Code = 41;
    public const int Ip6ZoneCode = 42;
    public const int DnsCode = 53;
    public const int Dns4Code = 54;
    public const int Dns6Code = 55;
    public const int DnsAddrCode = 56;
    public const int P2pCode = 421;

    private static readonly MultiaddrProtocol[] All =
    [
        new("ip4", Ip4Code, MultiaddrValueKind.Ip4),
        new("tcp", TcpCode, MultiaddrValueKind.Port),
        new("ip6", Ip6Code, MultiaddrValueKind.Ip6),
        new("ip6zone", Ip6ZoneCode, MultiaddrValueKind.Name),
        new("ipcidr", 43, MultiaddrValueKind.PrefixLength),
        new("dns", DnsCode, MultiaddrValueKind.Name),
        new("dns4", Dns4Code, MultiaddrValueKind.Name),
        new("dns6", Dns6Code, MultiaddrValueKind.Name),
        new("dnsaddr", DnsAddrCode, MultiaddrValueKind.Name),
        new("udp", 273, MultiaddrValueKind.Port),
        new("webrtc-direct", 280, MultiaddrValueKind.None),
        new("webrtc", 281, MultiaddrValueKind.None),
        new("p2p-circuit", 290, MultiaddrValueKind.None),
        new("unix", 400, MultiaddrValueKind.Path),
        new("p2p", P2pCode, MultiaddrValueKind.PeerId),
        new("https", 443, MultiaddrValueKind.None),
        new("onion3", 445, MultiaddrValueKind.Onion3),
        new("tls", 448, MultiaddrValueKind.None),
        new("sni", 449, MultiaddrValueKind.Name),
        new("noise", 454, MultiaddrValueKind.None),
        new("quic", 460, MultiaddrValueKind.None),
        new("quic-v1", 461, MultiaddrValueKind.None),
        new("webtransport", 465, MultiaddrValueKind.None),
        new("certhash", 466, MultiaddrValueKind.CertHash),
        new("ws", 477, MultiaddrValueKind.None),
        new("wss", 478, MultiaddrValueKind.None),
        new("http", 480, MultiaddrValueKind.None),
        new("http-path", 481, MultiaddrValueKind.HttpPath),
        new("memory", 777, MultiaddrValueKind.UInt64),
    ];

    private static readonly FrozenDictionary<int, MultiaddrProtocol> Codes = All.ToFrozenDictionary(p => p.Code);

    // "ipfs" is the old name of "p2p": read, never written.
    private static readonly FrozenDictionary<string, MultiaddrProtocol> Names =
        All.Append(new MultiaddrProtocol("ipfs", P2pCode, MultiaddrValueKind.PeerId)).ToFrozenDictionary(p => p.Name);

    /// <summary>Length of the value in bytes, or null when a length precedes it.</summary>
    public int? FixedLength => Kind switch
    {
        MultiaddrValueKind.None => 0,
        MultiaddrValueKind.PrefixLength => 1,
        MultiaddrValueKind.Port => 2,
        MultiaddrValueKind.Ip4 => 4,
        MultiaddrValueKind.UInt64 => 8,
        MultiaddrValueKind.Ip6 => 16,
        MultiaddrValueKind.Onion3 => OnionText.Length,
        _ => null,
    };

    public static MultiaddrProtocol? Find(ulong code) => code <= int.MaxValue ? Codes.GetValueOrDefault((int)code) : null;

    public static MultiaddrProtocol? Find(ReadOnlySpan<char> name) =>
        Names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out MultiaddrProtocol? protocol) ? protocol : null;
}
