using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P;

/// <summary>The sequencer's signature over a block: r (32 bytes, big-endian) ‖ s (32) ‖ recovery id (1), kept inline.</summary>
public readonly struct BlockSignature : IEquatable<BlockSignature>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 65;

    /// <summary>
    /// The largest recovery id accepted: geth's rule, 0..3; the 27 and 28 of old transactions are refused as op-node does.
    /// </summary>
    private const int MaxRecoveryId = 3;

    private readonly Bytes65 _bytes;

    /// <summary>Reads exactly 65 bytes; nothing about their content is checked.</summary>
    /// <exception cref="ArgumentException">The length is not 65.</exception>
    public BlockSignature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A block signature has {Size} bytes.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>The last byte: which of the possible keys signed. Signers write 0 or 1.</summary>
    public byte RecoveryId => _bytes[Size - 1];

    /// <summary>Signs a 32-byte signing hash, with the recovery id and low s.</summary>
    public static BlockSignature Sign(Hash256 signingHash, Secp256k1PrivateKey key)
    {
        Span<byte> signature = stackalloc byte[Size];
        key.SignRecoverable(signingHash.AsSpan(), signature);
        return new BlockSignature(signature);
    }

    /// <summary>
    /// Recovers the signer's address; false for a recovery id above 3 or a signature that no key can have made. High s is accepted, as
    /// op-node does.
    /// </summary>
    /// <param name="signingHash">The hash that was signed (<see cref="PayloadHash.SigningHash(ulong)"/>).</param>
    /// <param name="signer">The signer.</param>
    public bool TryRecover(Hash256 signingHash, out Address signer)
    {
        bool recovered = TryRecoverKey(signingHash, out Secp256k1PublicKey? key);
        signer = recovered ? key!.ToAddress() : default;
        return recovered;
    }

    /// <summary>The same with the signer's key.</summary>
    internal bool TryRecoverKey(Hash256 signingHash, [NotNullWhen(true)] out Secp256k1PublicKey? key)
    {
        key = null;
        ReadOnlySpan<byte> bytes = _bytes;
        return RecoveryId <= MaxRecoveryId
            && Secp256k1PublicKey.TryRecover(signingHash.AsSpan(), bytes[..(Size - 1)], RecoveryId, out key);
    }

    /// <summary>True exactly when the key recovered is that of <paramref name="signer"/>.</summary>
    internal bool IsBy(Secp256k1KnownSigner signer, Hash256 signingHash)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        return RecoveryId <= MaxRecoveryId && signer.HasSigned(signingHash.AsSpan(), bytes[..(Size - 1)], RecoveryId);
    }

    /// <summary>Copies the 65 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 65 bytes.</exception>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes).CopyTo(destination);

    /// <inheritdoc/>
    public bool Equals(BlockSignature other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BlockSignature other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>0x-prefixed lower-case hex.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(_bytes);

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(BlockSignature left, BlockSignature right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(BlockSignature left, BlockSignature right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Bytes65
    {
        private byte _first;
    }
}
