namespace OpStack.Libp2p.Multiformats;

/// <summary>
/// Bytes as one big-endian number in another base: base58btc and base36. Each leading zero byte is a leading zero digit (wire.md 0.1).
/// Decoding takes time quadratic in the length and therefore refuses text over <see cref="MultiformatsLimits.MaxBaseText"/>.
/// </summary>
internal sealed class RadixText
{
    public static readonly RadixText Base58Btc = new("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");
    public static readonly RadixText Base36 = new("0123456789abcdefghijklmnopqrstuvwxyz");

    private const byte NoDigit = 0xff;
    private readonly string _alphabet;
    private readonly byte[] _digits;

    private RadixText(string alphabet)
    {
        _alphabet = alphabet;
        _digits = new byte[128];
        _digits.AsSpan().Fill(NoDigit);
        for (int i = 0; i < alphabet.Length; i++)
        {
            _digits[alphabet[i]] = (byte)i;
        }
    }

    /// <summary>Writes the bytes as text; for ids and hashes of ours, so the input is short.</summary>
    public string Encode(ReadOnlySpan<byte> bytes)
    {
        int zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;

        // A byte is at most 8 / log2(36) < 1.6 digits.
        Span<byte> digits = new byte[(bytes.Length * 8 / 5) + 1];
        int count = 0;
        foreach (byte value in bytes[zeros..])
        {
            int carry = value;
            for (int i = 0; i < count || carry > 0; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % _alphabet.Length);
                carry /= _alphabet.Length;
                count = Math.Max(count, i + 1);
            }
        }

        Span<char> text = new char[zeros + count];
        text[..zeros].Fill(_alphabet[0]);
        for (int i = 0; i < count; i++)
        {
            text[zeros + i] = _alphabet[digits[count - 1 - i]];
        }

        return new string(text);
    }

    /// <summary>Reads text of this alphabet; false when it is too long, has a foreign character, or stands for more bytes than <paramref name="destination"/> holds.</summary>
    public bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length > MultiformatsLimits.MaxBaseText)
        {
            return false;
        }

        int zeros = text.IndexOfAnyExcept(_alphabet[0]);
        zeros = zeros < 0 ? text.Length : zeros;
        Span<byte> number = stackalloc byte[MultiformatsLimits.MaxBaseText];
        int count = 0;
        foreach (char character in text[zeros..])
        {
            int carry = character < _digits.Length ? _digits[character] : NoDigit;
            if (carry == NoDigit)
            {
                return false;
            }

            for (int i = 0; i < count || carry > 0; i++)
            {
                carry += number[i] * _alphabet.Length;
                number[i] = (byte)carry;
                carry >>= 8;
                count = Math.Max(count, i + 1);
            }
        }

        if (zeros + count > destination.Length)
        {
            return false;
        }

        destination[..zeros].Clear();
        number[..count].CopyTo(destination[zeros..]);
        destination.Slice(zeros, count).Reverse();
        written = zeros + count;
        return true;
    }
}
