using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace OpStack.Primitives;

/// <summary>An unsigned 256-bit integer: compared, converted and printed, but not calculated with.</summary>
public readonly struct UInt256 : IEquatable<UInt256>, IComparable<UInt256>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>Decimal digits of the largest value.</summary>
    private const int MaxDecimalDigits = 78;

    // Least significant first.
    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    /// <summary>Composes four 64-bit words, the most significant first.</summary>
    public UInt256(ulong w3, ulong w2, ulong w1, ulong w0) => (_3, _2, _1, _0) = (w3, w2, w1, w0);

    /// <summary>Zero.</summary>
    public static UInt256 Zero => default;

    /// <summary>2^256 - 1.</summary>
    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>True for zero.</summary>
    public bool IsZero => (_0 | _1 | _2 | _3) == 0;

    /// <summary>Bytes of the minimal big-endian form: 0 for zero, at most 32.</summary>
    public int MinimalLength => (256 - LeadingZeroCount + 7) / 8;

    private int LeadingZeroCount =>
        _3 != 0 ? BitOperations.LeadingZeroCount(_3)
        : _2 != 0 ? 64 + BitOperations.LeadingZeroCount(_2)
        : _1 != 0 ? 128 + BitOperations.LeadingZeroCount(_1)
        : 192 + BitOperations.LeadingZeroCount(_0);

    /// <summary>Reads 32 bytes, least significant first (SSZ).</summary>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public static UInt256 FromLittleEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException("Expected 32 bytes.", nameof(bytes));
        return new UInt256(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }

    /// <summary>Reads 0..32 bytes, most significant first (RLP). Leading zeros are accepted here.</summary>
    /// <exception cref="ArgumentException">More than 32 bytes.</exception>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size)
            throw new ArgumentException("Expected at most 32 bytes.", nameof(bytes));
        Span<byte> padded = stackalloc byte[Size];
        bytes.CopyTo(padded[(Size - bytes.Length)..]);
        return new UInt256(
            BinaryPrimitives.ReadUInt64BigEndian(padded),
            BinaryPrimitives.ReadUInt64BigEndian(padded[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(padded[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(padded[24..]));
    }

    /// <summary>Writes 32 bytes, least significant first.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void WriteLittleEndian(Span<byte> destination)
    {
        Span<byte> target = Checked(destination);
        BinaryPrimitives.WriteUInt64LittleEndian(target, _0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], _1);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], _2);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], _3);
    }

    /// <summary>Writes 32 bytes, most significant first.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void WriteBigEndian(Span<byte> destination)
    {
        Span<byte> target = Checked(destination);
        BinaryPrimitives.WriteUInt64BigEndian(target, _3);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], _2);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], _1);
        BinaryPrimitives.WriteUInt64BigEndian(target[24..], _0);
    }

    /// <summary>The value as 64 bits; false when it takes more.</summary>
    public bool TryToUInt64(out ulong value)
    {
        value = _0;
        return (_1 | _2 | _3) == 0;
    }

    /// <summary>Widens.</summary>
    public static implicit operator UInt256(ulong value) => new(0, 0, 0, value);

    /// <summary>
    /// Parses 1..78 decimal digits, or 0x and 1..64 hex digits of any case; false for anything else, a sign and white space included.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt256 value)
    {
        value = default;
        bool hex = text.StartsWith("0x", StringComparison.Ordinal);
        ReadOnlySpan<char> digits = hex ? text[2..] : text;
        if (digits.IsEmpty || digits.Length > (hex ? 2 * Size : MaxDecimalDigits))
            return false;

        // BigInteger tolerates trailing NULs.
        if (digits.Contains('\0'))
            return false;

        // A leading zero keeps BigInteger from taking the first hex digit for a sign.
        NumberStyles style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!BigInteger.TryParse(hex ? $"0{digits}" : digits, style, CultureInfo.InvariantCulture, out BigInteger number))
            return false;
        if (number.GetByteCount(isUnsigned: true) > Size)
            return false;

        value = FromBigEndian(number.ToByteArray(isUnsigned: true, isBigEndian: true));
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is no unsigned 256-bit number; the message does not repeat it.</exception>
    public static UInt256 Parse(string text) =>
        TryParse(text, out UInt256 value) ? value : throw new FormatException("Expected an unsigned 256-bit number.");

    /// <inheritdoc/>
    public int CompareTo(UInt256 other) =>
        _3 != other._3 ? _3.CompareTo(other._3)
        : _2 != other._2 ? _2.CompareTo(other._2)
        : _1 != other._1 ? _1.CompareTo(other._1)
        : _0.CompareTo(other._0);

    /// <inheritdoc/>
    public bool Equals(UInt256 other) => ((_0 ^ other._0) | (_1 ^ other._1) | (_2 ^ other._2) | (_3 ^ other._3)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UInt256 u && Equals(u);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_0, _1, _2, _3);

    /// <summary>Decimal text.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteLittleEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Equality.</summary>
    public static bool operator ==(UInt256 a, UInt256 b) => a.Equals(b);

    /// <summary>Inequality.</summary>
    public static bool operator !=(UInt256 a, UInt256 b) => !a.Equals(b);

    /// <summary>Less than.</summary>
    public static bool operator <(UInt256 a, UInt256 b) => a.CompareTo(b) < 0;

    /// <summary>Greater than.</summary>
    public static bool operator >(UInt256 a, UInt256 b) => a.CompareTo(b) > 0;

    /// <summary>At most.</summary>
    public static bool operator <=(UInt256 a, UInt256 b) => a.CompareTo(b) <= 0;

    /// <summary>At least.</summary>
    public static bool operator >=(UInt256 a, UInt256 b) => a.CompareTo(b) >= 0;

    // Nothing is written unless all of it fits.
    private static Span<byte> Checked(Span<byte> destination) =>
        destination.Length >= Size
            ? destination[..Size]
            : throw new ArgumentException("The destination is shorter than 32 bytes.", nameof(destination));
}
