using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using OpStack.Primitives.Encoding;

namespace OpStack.Primitives;

/// <summary>A 20-byte account address, kept inline.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly struct Address : IEquatable<Address>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly uint _c;

    /// <summary>Reads exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 20.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException("An address is 20 bytes.", nameof(bytes));
        this = MemoryMarshal.Read<Address>(bytes);
    }

    /// <summary>True for the zero address.</summary>
    public bool IsZero => (_a | _b | _c) == 0;

    /// <summary>The 20 bytes in place; valid as long as the variable that holds this address.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() => MemoryMarshal.AsBytes(new ReadOnlySpan<Address>(in this));

    /// <summary>Copies the 20 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 20 bytes.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan().CopyTo(destination);

    /// <summary>Parses 40 hex digits of any case, with or without 0x. The mixed-case checksum of EIP-55 is not checked.</summary>
    /// <exception cref="FormatException">The text is anything else; the message does not repeat it.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out Address value) ? value : throw new FormatException("Expected 20 bytes of hex.");

    /// <summary>Parses 40 hex digits of any case, with or without 0x; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool parsed = Hex.TryDecode(text, bytes);
        value = parsed ? new Address(bytes) : default;
        return parsed;
    }

    /// <inheritdoc/>
    public bool Equals(Address other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Address a && Equals(a);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c);

    /// <summary>0x-prefixed lower-case hex.</summary>
    public override string ToString() => Hex.Encode(AsSpan(), prefix: true);

    /// <summary>Equality.</summary>
    public static bool operator ==(Address a, Address b) => a.Equals(b);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Address a, Address b) => !a.Equals(b);
}
