using System.Security.Cryptography;

namespace OpStack.Libp2p.Identity;

/// <summary>ECDSA on P-256 over SHA-256 of the message, in DER; the key is a PKIX SubjectPublicKeyInfo of an uncompressed point.</summary>
internal sealed class EcdsaVerifier : ISignatureVerifier
{
    private const int CoordinateSize = 32;

    // Longest DER of two 256-bit integers.
    private const int MaxSignature = 72;

    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 ‖ X ‖ Y } }: for this curve all before X is fixed.
    private static readonly byte[] Prefix = Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    private readonly ECParameters _key;

    private EcdsaVerifier(ECParameters key) => _key = key;

    public static EcdsaVerifier? TryCreate(ReadOnlySpan<byte> data)
    {
        if (data.Length != Prefix.Length + (2 * CoordinateSize) || !data.StartsWith(Prefix))
        {
            return null;
        }

        ECParameters key = new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = data.Slice(Prefix.Length, CoordinateSize).ToArray(), Y = data[^CoordinateSize..].ToArray() },
        };
        try
        {
            using ECDsa probe = ECDsa.Create(key);
            return new EcdsaVerifier(key);
        }
        catch (CryptographicException)
        {
            return null; // The point is not on the curve.
        }
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length > MaxSignature)
        {
            return false;
        }

        try
        {
            using ECDsa ecdsa = ECDsa.Create(_key);
            return ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // The platform refuses the signature's form.
        }
    }
}
