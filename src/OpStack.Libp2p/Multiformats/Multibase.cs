using System.Buffers.Text;

namespace OpStack.Libp2p.Multiformats;

/// <summary>Text that names its own base by its first character. The four bases in use for ids and certificate hashes.</summary>
internal static class Multibase
{
    /// <summary>Reads text; false on an unknown base, a foreign character, a second spelling, or more bytes than <paramref name="destination"/> holds.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        return !text.IsEmpty && text[0] switch
        {
            'b' => Base32Text.TryDecode(text[1..], destination, out written),
            'k' => RadixText.Base36.TryDecode(text[1..], destination, out written),
            'z' => RadixText.Base58Btc.TryDecode(text[1..], destination, out written),
            'u' => TryDecodeBase64Url(text[1..], destination, out written),
            _ => false,
        };
    }

    /// <summary>Multibase "u": base64url without padding.</summary>
    public static string EncodeBase64Url(ReadOnlySpan<byte> bytes) => "u" + Base64Url.EncodeToString(bytes);

    private static bool TryDecodeBase64Url(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;

        // The BCL's decoder lets padding, spaces and stray bits pass; only the canonical text survives being written again.
        return text.Length <= MultiformatsLimits.MaxBaseText
            && Base64Url.DecodeFromChars(text, destination, out _, out written) == System.Buffers.OperationStatus.Done
            && text.SequenceEqual(Base64Url.EncodeToString(destination[..written]));
    }
}
