namespace OpStack.Primitives.Crypto;

/// <summary>Keccak-256 as Ethereum uses it: rate 136 bytes, padding 0x01 (not the SHA3-256 of FIPS 202, which pads with 0x06).</summary>
public static class Keccak256
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int HashSize = 32;

    /// <summary>Hashes <paramref name="data"/>.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        Hash(data, hash);
        return new Hash256(hash);
    }

    /// <summary>Hashes <paramref name="data"/> into 32 bytes, which may overlap it.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not 32 bytes long.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination) =>
        Hash(data, destination, Keccak256Hasher.KeccakPadding);

    /// <summary>
    /// Hashes independent inputs, several at a time where the machine has registers for it (AVX2, AVX-512); allocates nothing. Best for inputs of a few
    /// hundred bytes and more than a handful of them.
    /// </summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="hashes">Gets the hash of every input at its index; longer is allowed.</param>
    /// <exception cref="ArgumentException"><paramref name="hashes"/> is shorter than the count of inputs.</exception>
    public static void HashAll<TInputs>(TInputs inputs, Span<Hash256> hashes)
        where TInputs : IKeccakInputs, allows ref struct
    {
        if (hashes.Length < inputs.Count)
            throw new ArgumentException("There must be room for the hash of every input.", nameof(hashes));

        KeccakBatch.Hash(inputs, hashes);
    }

    /// <summary>The same with the first padding byte given: 0x06 makes it SHA3-256, which shares everything else.</summary>
    internal static void Hash(ReadOnlySpan<byte> data, Span<byte> destination, byte padding)
    {
        Keccak256Hasher hasher = default;
        hasher.Append(data);
        hasher.GetHashAndReset(destination, padding);
    }
}
