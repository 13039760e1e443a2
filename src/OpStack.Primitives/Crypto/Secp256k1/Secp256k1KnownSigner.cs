namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// A public key with a table of its multiples, for one whose signatures come again and again: a check takes less than half the time of a
/// recovery. For public data, in variable time. Immutable.
/// </summary>
/// <remarks>
/// The table takes 320 KiB and some milliseconds to build. The first check also makes the generator's, of the same size, unless a recovery or a
/// verification has made it before.
/// </remarks>
public sealed class Secp256k1KnownSigner
{
    private readonly FixedPointTableVarTime _table;

    /// <summary>Builds the table for a key.</summary>
    /// <exception cref="ArgumentNullException">No key.</exception>
    public Secp256k1KnownSigner(Secp256k1PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
        _table = new FixedPointTableVarTime(key.Point);
    }

    /// <summary>The key.</summary>
    public Secp256k1PublicKey Key { get; }

    /// <summary>
    /// True exactly when <see cref="Secp256k1PublicKey.TryRecover"/> recovers <see cref="Key"/> from r ‖ s (64 bytes) over a 32-byte
    /// hash: a recovery id whose parity or overflow does not fit, or which is none of 0 to 3, is refused, a high s is not. Never throws.
    /// </summary>
    public bool HasSigned(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, int recoveryId) =>
        EcdsaVarTime.RecoversTo(_table, hash, signature, recoveryId);
}
