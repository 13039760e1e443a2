namespace OpStack.Primitives.Encoding;

/// <summary>Unsigned LEB128. PLACEHOLDER BODY: owned by the room "curve25519 and encoding".</summary>
public static class Varint
{
    /// <summary>Most bytes of a 64-bit varint.</summary>
    public const int MaxLength = 10;
    /// <summary>Bytes <paramref name="value"/> takes: 1..10.</summary>
    public static int LengthOf(ulong value) => throw new NotImplementedException();
    /// <summary>Writes; returns the count of bytes written. The destination must hold <see cref="LengthOf"/>.</summary>
    public static int Write(Span<byte> destination, ulong value) => throw new NotImplementedException();
    /// <summary>Reads a protobuf varint: up to 10 bytes, non-minimal forms accepted, over 64 bits refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length) => throw new NotImplementedException();
    /// <summary>Reads a multiformats varint: up to 9 bytes (63 bits), minimal form only.</summary>
    public static bool TryReadMinimal(ReadOnlySpan<byte> source, out ulong value, out int length) => throw new NotImplementedException();
}
