using System.Formats.Asn1;
using System.Security.Cryptography;

namespace OpStack.Libp2p.Identity;

/// <summary>RSASSA-PKCS1-v1_5 with SHA-256; the key is a PKIX SubjectPublicKeyInfo in strict DER.</summary>
/// <remarks>The size is judged on the DER itself, before any big number is built: RSA is only ever accepted from peers, and they choose it.</remarks>
internal sealed class RsaVerifier : ISignatureVerifier
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1";

    private readonly RSAParameters _key;

    private RsaVerifier(RSAParameters key) => _key = key;

    public static RsaVerifier? TryCreate(ReadOnlySpan<byte> data)
    {
        try
        {
            ReadOnlySpan<byte> modulus = ReadKey(data, out byte[] exponent);
            return modulus.Length is >= IdentityLimits.MinRsaBits / 8 and <= IdentityLimits.MaxRsaBits / 8
                && modulus[0] >= 0x80 && (modulus[^1] & 1) == 1
                && IsUsualExponent(exponent)
                ? new RsaVerifier(new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent })
                : null;
        }
        catch (AsnContentException)
        {
            return null; // Not DER of this shape: the peer's fault, and the reader has no other way to say so.
        }
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _key.Modulus!.Length)
        {
            return false;
        }

        try
        {
            using RSA rsa = RSA.Create(_key);
            return rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // The platform refuses the key or the signature; both are the peer's.
        }
    }

    private static ReadOnlySpan<byte> ReadKey(ReadOnlySpan<byte> data, out byte[] exponent)
    {
        const AsnEncodingRules Der = AsnEncodingRules.DER;
        AsnDecoder.ReadSequence(data, Der, out int offset, out int length, out int consumed);
        RequireEnd(data, consumed);
        ReadOnlySpan<byte> info = data.Slice(offset, length);

        AsnDecoder.ReadSequence(info, Der, out offset, out length, out consumed);
        ReadOnlySpan<byte> algorithm = info.Slice(offset, length);
        if (AsnDecoder.ReadObjectIdentifier(algorithm, Der, out int identifierLength) != RsaEncryption)
        {
            throw new AsnContentException();
        }

        AsnDecoder.ReadNull(algorithm[identifierLength..], Der, out int nullLength);
        RequireEnd(algorithm, identifierLength + nullLength);

        ReadOnlySpan<byte> bits = info[consumed..];
        if (!AsnDecoder.TryReadPrimitiveBitString(bits, Der, out int unused, out ReadOnlySpan<byte> key, out consumed) || unused != 0)
        {
            throw new AsnContentException();
        }

        RequireEnd(bits, consumed);
        AsnDecoder.ReadSequence(key, Der, out offset, out length, out consumed);
        RequireEnd(key, consumed);

        ReadOnlySpan<byte> numbers = key.Slice(offset, length);
        ReadOnlySpan<byte> modulus = AsnDecoder.ReadIntegerBytes(numbers, Der, out consumed);
        exponent = Unsigned(AsnDecoder.ReadIntegerBytes(numbers[consumed..], Der, out int exponentLength)).ToArray();
        RequireEnd(numbers, consumed + exponentLength);
        return Unsigned(modulus);
    }

    private static ReadOnlySpan<byte> Unsigned(ReadOnlySpan<byte> integer) =>
        integer.Length > 1 && integer[0] == 0 ? integer[1..] : integer[0] < 0x80 ? integer : throw new AsnContentException();

    // Odd and 3..2^31-1, as go's crypto/rsa demands: a long exponent makes one verification as costly as a signature.
    private static bool IsUsualExponent(ReadOnlySpan<byte> exponent)
    {
        long value = 0;
        foreach (byte part in exponent.Length <= 4 ? exponent : default)
        {
            value = (value << 8) | part;
        }

        return value is >= 3 and <= int.MaxValue && (value & 1) == 1;
    }

    private static void RequireEnd(ReadOnlySpan<byte> data, int consumed)
    {
        if (consumed != data.Length)
        {
            throw new AsnContentException();
        }
    }
}
