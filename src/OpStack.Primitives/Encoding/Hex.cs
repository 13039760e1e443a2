namespace OpStack.Primitives.Encoding;

/// <summary>Hexadecimal text. PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public static class Hex
{
    /// <summary>Parses hex, 0x optional, any case; false on odd length or a foreign character.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes) => throw new NotImplementedException();
    /// <summary>Parses hex; throws <see cref="FormatException"/> that never repeats the text.</summary>
    public static byte[] Decode(ReadOnlySpan<char> text) => throw new NotImplementedException();
    /// <summary>Lower-case hex, with 0x when asked.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, bool prefix = false) => throw new NotImplementedException();
}
