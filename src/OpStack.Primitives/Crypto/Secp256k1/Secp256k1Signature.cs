namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Forms of an ECDSA signature: r ‖ s (64 bytes, both big-endian) and DER. For public data, in variable time.</summary>
public static class Secp256k1Signature
{
    /// <summary>Length of r ‖ s in bytes.</summary>
    public const int Size = 64;

    /// <summary>Length of r ‖ s ‖ recovery id in bytes.</summary>
    public const int RecoverableSize = 65;

    /// <summary>Longest DER form in bytes: two integers of 33 bytes, two bytes of header each, two of the sequence.</summary>
    public const int MaxDerSize = 72;

    private const byte SequenceTag = 0x30, IntegerTag = 0x02;
    private const int HeaderSize = 2;

    /// <summary>
    /// Parses SEQUENCE { INTEGER r, INTEGER s } in strict DER (X.690 section 10: shortest lengths, shortest integers, nothing after) into
    /// r ‖ s; false on any deviation, or when r or s is outside 1..n-1. What <paramref name="signature"/> then holds is unspecified.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is not 64 bytes long.</exception>
    public static bool TryParseDer(ReadOnlySpan<byte> der, Span<byte> signature)
    {
        RequireSize(signature, nameof(signature));
        signature.Clear();
        if (!TryTakeValue(ref der, SequenceTag, out ReadOnlySpan<byte> integers) || !der.IsEmpty)
            return false;
        return TryTakeInteger(ref integers, signature[..Scalar.Size])
            && TryTakeInteger(ref integers, signature[Scalar.Size..])
            && integers.IsEmpty;
    }

    /// <summary>Writes r ‖ s (64 bytes) as DER; returns its length, at most <see cref="MaxDerSize"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is not 64 bytes long, or the destination is too short.</exception>
    public static int WriteDer(ReadOnlySpan<byte> signature, Span<byte> destination)
    {
        RequireSize(signature, nameof(signature));
        Span<byte> der = stackalloc byte[MaxDerSize];
        int length = HeaderSize;
        length += WriteInteger(signature[..Scalar.Size], der[length..]);
        length += WriteInteger(signature[Scalar.Size..], der[length..]);
        der[0] = SequenceTag;
        der[1] = (byte)(length - HeaderSize);
        if (destination.Length < length)
            throw new ArgumentException("The destination is too short for the DER form.", nameof(destination));
        der[..length].CopyTo(destination);
        return length;
    }

    /// <summary>True when the s of r ‖ s is at most n/2; false also for any other length or s of n or more.</summary>
    public static bool IsLowS(ReadOnlySpan<byte> signature) =>
        signature.Length == Size && (Scalar.Read(signature[Scalar.Size..], out ulong overflow).HighBit | overflow) == 0;

    private static void RequireSize(ReadOnlySpan<byte> signature, string name)
    {
        if (signature.Length != Size)
            throw new ArgumentException("A signature r ‖ s is 64 bytes long.", name);
    }

    /// <summary>Takes one value off the front. Lengths above 127 need a longer form, which nothing this short may use.</summary>
    private static bool TryTakeValue(ref ReadOnlySpan<byte> der, byte tag, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (der.Length < HeaderSize || der[0] != tag || der[1] > 0x7f || der[1] > der.Length - HeaderSize)
            return false;
        value = der.Slice(HeaderSize, der[1]);
        der = der[(HeaderSize + der[1])..];
        return true;
    }

    private static bool TryTakeInteger(ref ReadOnlySpan<byte> der, Span<byte> scalar)
    {
        if (!TryTakeValue(ref der, IntegerTag, out ReadOnlySpan<byte> value) || value.IsEmpty || value[0] > 0x7f)
            return false;
        if (value[0] == 0)
        {
            // A leading zero is there only to keep the sign bit clear.
            if (value.Length == 1 || value[1] <= 0x7f)
                return false;
            value = value[1..];
        }

        if (value.Length > Scalar.Size)
            return false;
        value.CopyTo(scalar[(Scalar.Size - value.Length)..]);
        return Scalar.TryReadNonZero(scalar, out _);
    }

    private static int WriteInteger(ReadOnlySpan<byte> scalar, Span<byte> destination)
    {
        ReadOnlySpan<byte> digits = scalar.TrimStart((byte)0);
        int padding = digits.IsEmpty || digits[0] > 0x7f ? 1 : 0;
        destination[0] = IntegerTag;
        destination[1] = (byte)(padding + digits.Length);
        destination[HeaderSize] = 0;
        digits.CopyTo(destination[(HeaderSize + padding)..]);
        return HeaderSize + padding + digits.Length;
    }
}
