using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Records;

/// <summary>
/// An Ethereum node record (EIP-778) of the identity scheme v4, its signature verified: signed entries, a sequence number and the key.
/// Immutable. Records are read by <see cref="TryDecode"/> and <see cref="TryParse"/> and made by <see cref="EnrBuilder"/>.
/// </summary>
/// <remarks>
/// An entry that is there but malformed (an ip of 5 bytes, a port of 0 or above 65535) does not make the record invalid; the typed
/// property is null then. A key is a string of bytes; in a <see cref="string"/> each character is one byte (0..255).
/// </remarks>
public sealed partial class Enr : IEquatable<Enr>
{
    /// <summary>Largest encoded record in bytes (EIP-778).</summary>
    public const int MaxSize = 300;

    private const string TextPrefix = "enr:";

    private readonly byte[] _encoded;
    private readonly int _entriesOffset;

    /// <param name="encoded">A verified record; never changed after.</param>
    /// <param name="entriesOffset">Where the first key stands in it.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="publicKey">Its key.</param>
    private Enr(byte[] encoded, int entriesOffset, ulong sequence, Secp256k1PublicKey publicKey)
    {
        _encoded = encoded;
        _entriesOffset = entriesOffset;
        Sequence = sequence;
        PublicKey = publicKey;
        NodeId = NodeId.FromPublicKey(publicKey);
        Ip4 = ReadIp4();
        Ip6 = ReadIp6();
        Udp4 = ReadEndPoint(Ip4, EnrKeys.Udp, EnrKeys.Udp);
        Tcp4 = ReadEndPoint(Ip4, EnrKeys.Tcp, EnrKeys.Tcp);
        Udp6 = ReadEndPoint(Ip6, EnrKeys.Udp6, EnrKeys.Udp);
        Tcp6 = ReadEndPoint(Ip6, EnrKeys.Tcp6, EnrKeys.Tcp);
    }

    /// <summary>The node id of <see cref="PublicKey"/>.</summary>
    public NodeId NodeId { get; }

    /// <summary>Sequence number; of two records of one node the one with the higher number holds.</summary>
    public ulong Sequence { get; }

    /// <summary>The key that signed the record.</summary>
    public Secp256k1PublicKey PublicKey { get; }

    /// <summary>The RLP encoding, at most 300 bytes.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>The signature r ‖ s, 64 bytes, low s.</summary>
    public ReadOnlyMemory<byte> Signature => ReadSignature();

    /// <summary>ip, if there and of 4 bytes.</summary>
    public IPAddress? Ip4 { get; }

    /// <summary>ip6, if there, of 16 bytes and not an IPv4-mapped address.</summary>
    public IPAddress? Ip6 { get; }

    /// <summary>ip and udp, if both are there and valid. Shared by all readers: not to be changed.</summary>
    public IPEndPoint? Udp4 { get; }

    /// <summary>
    /// ip6 and udp6 (or udp when there is no udp6), if both are there and valid. Shared by all readers: not to be changed.
    /// </summary>
    public IPEndPoint? Udp6 { get; }

    /// <summary>ip and tcp. Shared by all readers: not to be changed.</summary>
    public IPEndPoint? Tcp4 { get; }

    /// <summary>ip6 and tcp6 (or tcp when there is no tcp6). Shared by all readers: not to be changed.</summary>
    public IPEndPoint? Tcp6 { get; }

    /// <summary>Reads and verifies the text form enr:..., with or without that prefix, without padding or space; never throws.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Enr? record)
    {
        record = null;
        if (text is null || text.Length > EnrLimits.MaxTextLength)
            return false;

        ReadOnlySpan<char> base64 = text;
        if (base64.StartsWith(TextPrefix, StringComparison.Ordinal))
            base64 = base64[TextPrefix.Length..];

        Span<byte> bytes = stackalloc byte[EnrLimits.MaxTextLength];
        if (Base64Url.DecodeFromChars(base64, bytes, out _, out int length) != OperationStatus.Done || length > MaxSize)
            return false;

        // The decoder overlooks padding, white space and stray bits at the end: only text that comes out again is the text of a record.
        Span<char> again = stackalloc char[EnrLimits.MaxTextLength];
        int characters = Base64Url.EncodeToChars(bytes[..length], again);
        return base64.SequenceEqual(again[..characters]) && TryDecode(bytes[..length], out record);
    }

    /// <summary>Equality of the encodings: the same entries and signature.</summary>
    public bool Equals(Enr? other) => other is not null && _encoded.AsSpan().SequenceEqual(other._encoded);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Enr);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NodeId, Sequence);

    /// <summary>enr: and the encoding in base64url without padding.</summary>
    public override string ToString() => TextPrefix + Base64Url.EncodeToString(_encoded);
}
