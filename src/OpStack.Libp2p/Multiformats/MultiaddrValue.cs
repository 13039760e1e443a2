using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Multiformats;

/// <summary>The value of one multiaddr component: text to bytes, bytes to text, and whether bytes are a value at all.</summary>
internal static class MultiaddrValue
{
    /// <summary>Reads the text of a value into <paramref name="value"/>; what the bytes must fulfil besides is <see cref="IsValid"/>.</summary>
    public static bool TryParse(MultiaddrProtocol protocol, ReadOnlySpan<char> text, Span<byte> value, out int length)
    {
        length = protocol.FixedLength ?? 0;
        if (value.Length < length)
        {
            return false;
        }

        switch (protocol.Kind)
        {
            case MultiaddrValueKind.Ip4:
                return IpText.TryParse4(text, value);
            case MultiaddrValueKind.Ip6:
                return IpText.TryParse6(text, value);
            case MultiaddrValueKind.PrefixLength or MultiaddrValueKind.Port or MultiaddrValueKind.UInt64:
                return TryParseNumber(text, value[..length]);
            case MultiaddrValueKind.Onion3:
                return OnionText.TryParse(text, value);
            case MultiaddrValueKind.Name or MultiaddrValueKind.Path:
                return Utf8Text.TryEncode(text, value, out length);
            case MultiaddrValueKind.HttpPath:
                return PercentText.TryParse(text, value, out length);
            case MultiaddrValueKind.CertHash:
                return Multibase.TryDecode(text, value, out length);
            case MultiaddrValueKind.PeerId:
                if (!PeerIdText.TryParse(text, out PeerId? id) || !id.Bytes.Span.TryCopyTo(value))
                {
                    return false;
                }

                length = id.Bytes.Length;
                return true;
            default:
                return false;
        }
    }

    /// <summary>True when bytes of the right fixed length, if there is one, are a value of this protocol.</summary>
    public static bool IsValid(MultiaddrProtocol protocol, ReadOnlySpan<byte> value) => protocol.Kind switch
    {
        MultiaddrValueKind.Name => value.Length <= MultiformatsLimits.MaxHostName && Utf8Text.IsName(value),
        MultiaddrValueKind.Path => IsPath(value),
        MultiaddrValueKind.HttpPath => !value.IsEmpty,
        MultiaddrValueKind.PeerId => PeerId.TryDecode(value, out _),
        MultiaddrValueKind.CertHash => Multihash.TryRead(value, out _, out ReadOnlySpan<byte> digest) && digest.Length is > 0 and <= MultiformatsLimits.MaxDigest,
        MultiaddrValueKind.Onion3 => OnionText.IsValid(value),
        _ => true,
    };

    public static string Format(MultiaddrProtocol protocol, ReadOnlySpan<byte> value) => protocol.Kind switch
    {
        MultiaddrValueKind.Ip4 => IpText.Format4(value),
        MultiaddrValueKind.Ip6 => IpText.Format6(value),
        MultiaddrValueKind.PrefixLength => value[0].ToString(CultureInfo.InvariantCulture),
        MultiaddrValueKind.Port => BinaryPrimitives.ReadUInt16BigEndian(value).ToString(CultureInfo.InvariantCulture),
        MultiaddrValueKind.UInt64 => BinaryPrimitives.ReadUInt64BigEndian(value).ToString(CultureInfo.InvariantCulture),
        MultiaddrValueKind.Onion3 => OnionText.Format(value),
        MultiaddrValueKind.HttpPath => PercentText.Format(value),
        MultiaddrValueKind.PeerId => PeerIdText.Format(value),
        MultiaddrValueKind.CertHash => Multibase.EncodeBase64Url(value),
        _ => Encoding.UTF8.GetString(value),
    };

    private static bool TryParseNumber(ReadOnlySpan<char> text, Span<byte> value)
    {
        if (!DecimalText.TryParse(text, ulong.MaxValue >> (64 - (8 * value.Length)), out ulong number))
        {
            return false;
        }

        for (int i = value.Length - 1; i >= 0; i--, number >>= 8)
        {
            value[i] = (byte)number;
        }

        return true;
    }

    // Text begins a path with the slash behind the protocol name and loses trailing slashes; other bytes would have no text of their own.
    private static bool IsPath(ReadOnlySpan<byte> value) =>
        value.Length > 1 && value[0] == '/' && value[^1] != '/' && Utf8Text.IsPrintable(value);
}
