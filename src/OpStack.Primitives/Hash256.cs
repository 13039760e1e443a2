namespace OpStack.Primitives;

/// <summary>A 32-byte hash. PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public readonly struct Hash256 : IEquatable<Hash256>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;
    /// <summary>Reads exactly 32 bytes.</summary>
    public Hash256(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
    /// <summary>Copies the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(Hash256 other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash256 h && Equals(h);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
    /// <summary>0x-prefixed lower-case hex.</summary>
    public override string ToString() => throw new NotImplementedException();
    /// <summary>Parses hex with or without 0x.</summary>
    public static Hash256 Parse(string text) => throw new NotImplementedException();
    /// <summary>Equality.</summary>
    public static bool operator ==(Hash256 a, Hash256 b) => a.Equals(b);
    /// <summary>Inequality.</summary>
    public static bool operator !=(Hash256 a, Hash256 b) => !a.Equals(b);
}
