using System.Security.Cryptography;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>
/// Every case of the three ECDSA files. None is "acceptable", so each verdict must be exactly the one given; the flags say which layer
/// has to refuse, and cases whose flag is an encoding must already fail there.
/// </summary>
public class WycheproofEcdsaTests
{
    /// <summary>Flags of invalid cases that strict DER refuses by itself.</summary>
    private static readonly string[] EncodingFlags = ["BerEncodedSignature", "InvalidEncoding", "InvalidTypesInSignature", "MissingZero"];

    [Fact]
    public void Der()
    {
        var (valid, invalid) = Run("wycheproof_ecdsa_secp256k1_sha256_test.json", c => VerifyDer(c, out _));
        Assert.Equal((168, 308), (valid, invalid));
    }

    [Fact]
    public void Der_with_the_low_s_rule()
    {
        int malleable = 0;
        var (valid, invalid) = Run("wycheproof_ecdsa_secp256k1_sha256_bitcoin_test.json", c =>
        {
            bool verified = VerifyDer(c, out byte[] signature);
            bool low = Secp256k1Signature.IsLowS(signature);
            if (c.Flags.Contains("SignatureMalleabilityBitcoin"))
            {
                malleable++;
                Assert.True(verified && !low, $"case {c.Id} is about the rule alone");
            }

            return verified && low;
        });
        Assert.Equal((162, 301, 1), (valid, invalid, malleable));
    }

    [Fact]
    public void Fixed_size()
    {
        var (valid, invalid) = Run(
            "wycheproof_ecdsa_secp256k1_sha256_p1363_test.json",
            c =>
            {
                byte[] signature = c.Bytes("sig");
                Assert.True(!c.Flags.Contains("SignatureSize") || signature.Length != Secp256k1Signature.Size, $"case {c.Id}");
                return Key(c).Verify(SHA256.HashData(c.Bytes("msg")), signature);
            });
        Assert.Equal((167, 85), (valid, invalid));
    }

    [Fact]
    public void Every_valid_signature_recovers_its_key_and_survives_der()
    {
        int recovered = 0;
        Span<byte> signature = stackalloc byte[64], der = stackalloc byte[72];
        foreach (WycheproofCase c in WycheproofCase.Read("wycheproof_ecdsa_secp256k1_sha256_test.json").Where(c => c.Result == "valid"))
        {
            Assert.True(Secp256k1Signature.TryParseDer(c.Bytes("sig"), signature));
            Assert.Equal(c.Bytes("sig"), der[..Secp256k1Signature.WriteDer(signature, der)]);
            byte[] hash = SHA256.HashData(c.Bytes("msg"));
            int matches = 0;
            for (int id = 0; id < 4; id++)
            {
                if (!Secp256k1PublicKey.TryRecover(hash, signature, id, out Secp256k1PublicKey? key))
                    continue;
                Assert.True(key.Verify(hash, signature), $"case {c.Id}, id {id}: any recovered key verifies");
                matches += key.Equals(Key(c)) ? 1 : 0;
            }

            Assert.True(matches == 1, $"case {c.Id} {c.Comment}: {matches} ids gave the key");
            recovered++;
        }

        Assert.Equal(168, recovered);
    }

    private static bool VerifyDer(WycheproofCase c, out byte[] signature)
    {
        signature = new byte[64];
        bool parsed = Secp256k1Signature.TryParseDer(c.Bytes("sig"), signature);
        if (c.Result == "invalid" && c.Flags.Any(EncodingFlags.Contains))
            Assert.False(parsed, $"case {c.Id} {c.Comment} is not DER");
        return parsed && Key(c).Verify(SHA256.HashData(c.Bytes("msg")), signature);
    }

    private static Secp256k1PublicKey Key(WycheproofCase c)
    {
        Assert.True(Secp256k1PublicKey.TryParse(c.GroupKey, out Secp256k1PublicKey? key));
        return key;
    }

    private static (int Valid, int Invalid) Run(string file, Func<WycheproofCase, bool> verify)
    {
        int valid = 0, invalid = 0;
        foreach (WycheproofCase c in WycheproofCase.Read(file))
        {
            bool expected = c.Result switch { "valid" => true, "invalid" => false, _ => throw new InvalidDataException(c.Result) };
            Assert.True(verify(c) == expected, $"case {c.Id} {c.Comment} ({string.Join(", ", c.Flags)}) must be {c.Result}");
            _ = expected ? valid++ : invalid++;
        }

        return (valid, invalid);
    }
}
