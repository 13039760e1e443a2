using System.Buffers.Binary;
using System.Globalization;

namespace OpStack.Libp2p.Multiformats;

/// <summary>The value of /onion3: 35 bytes of address and a port, written as 56 base32 characters, a colon and a decimal number.</summary>
internal static class OnionText
{
    /// <summary>Bytes of the value.</summary>
    public const int Length = AddressLength + sizeof(ushort);

    private const int AddressLength = 35;
    private const int AddressTextLength = 56;

    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> value)
    {
        if (text.Length <= AddressTextLength || text[AddressTextLength] != ':'
            || !Base32Text.TryDecode(text[..AddressTextLength], value[..AddressLength], out int length) || length != AddressLength
            || !DecimalText.TryParse(text[(AddressTextLength + 1)..], ushort.MaxValue, out ulong port))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(value[AddressLength..], (ushort)port);
        return true;
    }

    public static bool IsValid(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt16BigEndian(value[AddressLength..]) != 0;

    public static string Format(ReadOnlySpan<byte> value) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Base32Text.Encode(value[..AddressLength])}:{BinaryPrimitives.ReadUInt16BigEndian(value[AddressLength..])}");
}
