namespace OpStack.Primitives;

/// <summary>A 20-byte account address. PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public readonly struct Address : IEquatable<Address>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;
    /// <summary>Reads exactly 20 bytes.</summary>
    public Address(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
    /// <summary>True for the zero address.</summary>
    public bool IsZero => throw new NotImplementedException();
    /// <summary>Copies the 20 bytes.</summary>
    public void CopyTo(Span<byte> destination) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(Address other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Address a && Equals(a);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
    /// <summary>0x-prefixed lower-case hex.</summary>
    public override string ToString() => throw new NotImplementedException();
    /// <summary>Parses hex with or without 0x, any case.</summary>
    public static Address Parse(string text) => throw new NotImplementedException();
    /// <summary>Equality.</summary>
    public static bool operator ==(Address a, Address b) => a.Equals(b);
    /// <summary>Inequality.</summary>
    public static bool operator !=(Address a, Address b) => !a.Equals(b);
}
