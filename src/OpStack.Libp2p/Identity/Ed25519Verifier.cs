using OpStack.Primitives.Crypto.Ed25519;

namespace OpStack.Libp2p.Identity;

/// <summary>Ed25519 over the message itself; the signature has 64 bytes.</summary>
internal sealed class Ed25519Verifier(Ed25519PublicKey key) : ISignatureVerifier
{
    // The y coordinates of the points whose order divides 8, sign bit cleared. Under such a key anyone can sign.
    private static readonly byte[][] SmallOrder =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    ];

    public static Ed25519Verifier? TryCreate(ReadOnlySpan<byte> data) =>
        data.Length == Ed25519PublicKey.Size && !IsSmallOrder(data) && Ed25519PublicKey.TryParse(data, out Ed25519PublicKey? key)
            ? new Ed25519Verifier(key)
            : null;

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519PrivateKey.SignatureSize && key.Verify(message, signature);

    private static bool IsSmallOrder(ReadOnlySpan<byte> data)
    {
        Span<byte> y = stackalloc byte[Ed25519PublicKey.Size];
        data.CopyTo(y);
        y[^1] &= 0x7f;
        foreach (byte[] point in SmallOrder)
        {
            if (y.SequenceEqual(point))
            {
                return true;
            }
        }

        return false;
    }
}
