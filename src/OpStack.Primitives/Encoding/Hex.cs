using System.Buffers;

namespace OpStack.Primitives.Encoding;

/// <summary>Hexadecimal text.</summary>
public static class Hex
{
    /// <summary>Parses hex, 0x optional, any case; false (and an empty array) on odd length or a foreign character.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[WithoutPrefix(text).Length / 2];
        if (TryDecode(text, bytes.AsSpan()))
            return true;
        bytes = [];
        return false;
    }

    /// <summary>
    /// Parses hex, 0x optional, any case, of exactly as many bytes as <paramref name="destination"/> has. False otherwise, and what the
    /// destination then holds is undefined.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        ReadOnlySpan<char> digits = WithoutPrefix(text);
        return digits.Length == 2L * destination.Length
            && Convert.FromHexString(digits, destination, out _, out _) == OperationStatus.Done;
    }

    /// <summary>Parses hex, 0x optional, any case.</summary>
    /// <exception cref="FormatException">Odd length or a foreign character. The text, perhaps a secret, is not repeated.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text) =>
        TryDecode(text, out byte[] bytes) ? bytes : throw new FormatException("Not a hexadecimal string of whole bytes.");

    /// <summary>Lower-case hex, with 0x when asked.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, bool prefix = false) =>
        prefix ? $"0x{Convert.ToHexStringLower(bytes)}" : Convert.ToHexStringLower(bytes);

    private static ReadOnlySpan<char> WithoutPrefix(ReadOnlySpan<char> text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
}
