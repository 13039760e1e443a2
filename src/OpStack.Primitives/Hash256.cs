using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives;

/// <summary>A 32-byte hash, kept inline. Ordered as its bytes are, first byte first.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Hash256 : IEquatable<Hash256>, IComparable<Hash256>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Reads exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException("A hash is 32 bytes.", nameof(bytes));
        this = MemoryMarshal.Read<Hash256>(bytes);
    }

    /// <summary>The 32 zero bytes.</summary>
    public static Hash256 Zero => default;

    /// <summary>True when all 32 bytes are zero.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>The 32 bytes in place; valid as long as the variable that holds this hash.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() => MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in this));

    /// <summary>Copies the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan().CopyTo(destination);

    /// <summary>A new array of the 32 bytes.</summary>
    public byte[] ToArray() => AsSpan().ToArray();

    /// <summary>Parses 64 hex digits of any case, with or without 0x.</summary>
    /// <exception cref="FormatException">The text is anything else; the message does not repeat it.</exception>
    public static Hash256 Parse(string text) =>
        TryParse(text, out Hash256 value) ? value : throw new FormatException("Expected 32 bytes of hex.");

    /// <summary>Parses 64 hex digits of any case, with or without 0x; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash256 value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool parsed = Hex.TryDecode(text, bytes);
        value = parsed ? new Hash256(bytes) : default;
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(Hash256 other) => AsSpan().SequenceCompareTo(other.AsSpan());

    /// <inheritdoc/>
    public bool Equals(Hash256 other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash256 h && Equals(h);

    /// <summary>Seeded per process: peers choose hashes, and must not be able to choose collisions.</summary>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>0x-prefixed lower-case hex.</summary>
    public override string ToString() => Hex.Encode(AsSpan(), prefix: true);

    /// <summary>Equality.</summary>
    public static bool operator ==(Hash256 a, Hash256 b) => a.Equals(b);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Hash256 a, Hash256 b) => !a.Equals(b);
}
