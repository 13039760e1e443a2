namespace OpStack.Primitives.Crypto;

/// <summary>Keccak-256 as Ethereum uses it (padding 0x01). PLACEHOLDER BODY: owned by the room "secp256k1".</summary>
public static class Keccak256
{
    /// <summary>Hashes <paramref name="data"/>.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> data) => throw new NotImplementedException();
    /// <summary>Hashes <paramref name="data"/> into 32 bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination) => throw new NotImplementedException();
}
