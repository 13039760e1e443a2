using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// ECDSA signing (SEC 1 section 4.1.3) with RFC 6979 nonces and low s. Must not branch on the key or the nonce, except on the verdict
/// that a nonce gave r = 0 or s = 0, which no one has ever seen.
/// </summary>
internal static class EcdsaSigning
{
    /// <summary>Writes r ‖ s ‖ recovery id (65 bytes) for a 32-byte key in 1..n-1 and a 32-byte hash.</summary>
    internal static void Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        Span<byte> reducedHash = stackalloc byte[Scalar.Size];
        Span<byte> workspace = stackalloc byte[Rfc6979.WorkspaceSize];
        Scalar z = Scalar.Read(hash, out _);
        z.Write(reducedHash);
        Scalar d = Scalar.Read(secret, out _);
        var nonces = new Rfc6979(workspace, secret, reducedHash);
        Scalar nonce;
        do
            nonces.Next(out nonce);
        while (!TrySign(d, z, nonce, signature));

        Scalar.Clear(ref d);
        Scalar.Clear(ref nonce);
        CryptographicOperations.ZeroMemory(workspace);
    }

    /// <summary>Signs with a given nonce in 1..n-1; false when r or s comes out zero.</summary>
    internal static bool TrySign(in Scalar d, in Scalar z, in Scalar nonce, Span<byte> signature)
    {
        AffinePoint point = GeneratorMultiplication.Multiply(nonce);
        point.X.Write(signature[..Scalar.Size]);
        Scalar r = Scalar.Read(signature[..Scalar.Size], out ulong overflow);

        Scalar inverse = Scalar.Invert(nonce);
        Scalar product = Scalar.Multiply(r, d);
        Scalar sum = Scalar.Add(product, z);
        Scalar s = Scalar.Multiply(sum, inverse);
        Scalar.Clear(ref inverse);
        Scalar.Clear(ref product);
        Scalar.Clear(ref sum);

        // Negating s mirrors the nonce point, so the parity in the recovery id flips with it.
        ulong high = s.HighBit;
        ulong recoveryId = overflow << 1 | (point.Y.OddBit ^ high);
        Scalar low = Scalar.NegateMasked(s, 0 - high);
        r.Write(signature[..Scalar.Size]);
        low.Write(signature[Scalar.Size..]);
        signature[Secp256k1Signature.Size] = (byte)recoveryId;
        return (r.ZeroBit | low.ZeroBit) == 0;
    }
}
