namespace OpStack.Primitives;

/// <summary>An unsigned 256-bit integer. PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public readonly struct UInt256 : IEquatable<UInt256>
{
    /// <summary>Reads 32 bytes, least significant first (SSZ).</summary>
    public static UInt256 FromLittleEndian(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
    /// <summary>Reads 0..32 bytes, most significant first (RLP).</summary>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();
    /// <summary>Writes 32 bytes, least significant first.</summary>
    public void WriteLittleEndian(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>Writes 32 bytes, most significant first.</summary>
    public void WriteBigEndian(Span<byte> destination) => throw new NotImplementedException();
    /// <summary>Widens.</summary>
    public static implicit operator UInt256(ulong value) => throw new NotImplementedException();
    /// <inheritdoc/>
    public bool Equals(UInt256 other) => throw new NotImplementedException();
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UInt256 u && Equals(u);
    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
    /// <summary>Decimal text.</summary>
    public override string ToString() => throw new NotImplementedException();
    /// <summary>Equality.</summary>
    public static bool operator ==(UInt256 a, UInt256 b) => a.Equals(b);
    /// <summary>Inequality.</summary>
    public static bool operator !=(UInt256 a, UInt256 b) => !a.Equals(b);
}
