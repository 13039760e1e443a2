using System.Security.Cryptography;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Libp2p.Identity;

/// <summary>ECDSA over SHA-256 of the message, in DER. High s is accepted, as go-libp2p does; we sign with low s only.</summary>
internal sealed class Secp256k1Verifier(Secp256k1PublicKey key) : ISignatureVerifier
{
    public static Secp256k1Verifier? TryCreate(ReadOnlySpan<byte> data) =>
        data.Length == Secp256k1PublicKey.CompressedSize && Secp256k1PublicKey.TryParse(data, out Secp256k1PublicKey? key)
            ? new Secp256k1Verifier(key)
            : null;

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> compact = stackalloc byte[Secp256k1Signature.Size];
        if (signature.Length > Secp256k1Signature.MaxDerSize || !Secp256k1Signature.TryParseDer(signature, compact))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        return key.Verify(hash, compact);
    }
}
