namespace OpStack.Libp2p.Multiformats;

/// <summary>RFC 4648 base32 in lower case without padding (multibase "b"), as CIDs and onion addresses use it.</summary>
internal static class Base32Text
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = new char[((bytes.Length * 8) + 4) / 5];
        int buffer = 0, bits = 0, length = 0;
        foreach (byte value in bytes)
        {
            buffer = (buffer << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[length++] = Alphabet[(buffer >> (bits - 5)) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text[length] = Alphabet[(buffer << (5 - bits)) & 31];
        }

        return new string(text);
    }

    /// <summary>Reads text; false when it is too long, has a foreign character, ends inside a byte with bits set, or needs more room than <paramref name="destination"/> has.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length > MultiformatsLimits.MaxBaseText)
        {
            return false;
        }

        int buffer = 0, bits = 0;
        foreach (char character in text)
        {
            int digit = Alphabet.IndexOf(character);
            if (digit < 0)
            {
                return false;
            }

            buffer = (buffer << 5) | digit;
            bits += 5;
            if (bits < 8)
            {
                continue;
            }

            if (written == destination.Length)
            {
                return false;
            }

            bits -= 8;
            destination[written++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }

        // Five or more bits left over means a whole character too many; set bits mean a second spelling of the same bytes.
        return bits < 5 && buffer == 0;
    }
}
