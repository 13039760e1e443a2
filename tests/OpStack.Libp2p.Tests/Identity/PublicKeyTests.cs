using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Google.Protobuf;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Identity;

public class PublicKeyTests
{
    private static readonly byte[] Message = "noise-libp2p-static-key:"u8.ToArray();
    private static readonly Lazy<RSA> Rsa2048 = new(() => RSA.Create(2048));

    [Theory]
    [InlineData(KeyVectors.Secp256k1Public, KeyType.Secp256k1)]
    [InlineData(KeyVectors.Ed25519Public, KeyType.Ed25519)]
    [InlineData(KeyVectors.EcdsaPublic, KeyType.Ecdsa)]
    public void The_vectors_read_and_write_the_same(string hex, KeyType type)
    {
        PublicKey key = KeyVectors.Public(hex);
        Assert.Equal(type, key.Type);
        Assert.Equal(hex, Convert.ToHexStringLower(key.Encoded.Span));
        PublicKeyMessage oracle = PublicKeyMessage.Parser.ParseFrom(key.Encoded.Span);
        Assert.Equal((int)type, (int)oracle.Type);
        Assert.Equal(oracle.ToByteArray(), key.Encoded.ToArray());
    }

    [Fact]
    public void Any_protobuf_form_is_read_and_written_in_the_deterministic_one()
    {
        string data = KeyVectors.Secp256k1Public[4..];
        PublicKey key = KeyVectors.Public(KeyVectors.Secp256k1Public);
        Assert.Equal(key, KeyVectors.Public(data + "0802"));
        Assert.Equal(key, KeyVectors.Public("08828000" + data));
        Assert.Equal(key, KeyVectors.Public("0800" + KeyVectors.Secp256k1Public));
        Assert.Equal(key, KeyVectors.Public(KeyVectors.Secp256k1Public + "1a03010203"));
        Assert.Equal(key.Encoded.ToArray(), KeyVectors.Public(data + "0802").Encoded.ToArray());
        Assert.Equal(key.GetHashCode(), KeyVectors.Public(data + "0802").GetHashCode());
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("0802", "no data")]
    [InlineData("1221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99", "no type")]
    [InlineData("08041221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99", "an unknown type")]
    [InlineData("08828080801012210377" + "77e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99", "a type that is 2 only in 32 bits")]
    [InlineData("08021220" + "7777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99", "secp256k1 of 32 bytes")]
    [InlineData("08021221" + "000000000000000000000000000000000000000000000000000000000000000000", "secp256k1 zero")]
    [InlineData("08021221" + "047777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99", "secp256k1 with another first byte")]
    [InlineData("08021221" + "020000000000000000000000000000000000000000000000000000000000000005", "secp256k1 off the curve")]
    [InlineData("08021221" + "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", "secp256k1 with x = p")]
    [InlineData("0801121f" + "d1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e", "ed25519 of 31 bytes")]
    [InlineData("08011220" + "0000000000000000000000000000000000000000000000000000000000000000", "ed25519 zero, of order 4")]
    [InlineData("08011220" + "0000000000000000000000000000000000000000000000000000000000000080", "ed25519 of order 4")]
    [InlineData("08011220" + "0100000000000000000000000000000000000000000000000000000000000000", "ed25519 neutral")]
    [InlineData("08011220" + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ed25519 of order 2")]
    [InlineData("08011220" + "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "ed25519 of order 8")]
    [InlineData("08011220" + "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "ed25519 of order 8")]
    [InlineData("08011220" + "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "ed25519 of order 8")]
    [InlineData("08011220" + "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", "ed25519 of order 8")]
    [InlineData("08011220" + "0200000000000000000000000000000000000000000000000000000000000000", "ed25519 off the curve")]
    [InlineData("08011220" + "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ed25519 with y = p + 1")]
    [Trait("Row", "20")]
    public void Bad_keys_are_refused(string hex, string why) => Assert.False(PublicKey.TryDecode(Convert.FromHexString(hex), out _), why);

    [Fact]
    [Trait("Row", "20")]
    public void Ecdsa_off_the_curve_or_in_another_form_is_refused()
    {
        byte[] valid = Convert.FromHexString(KeyVectors.EcdsaPublic);
        valid[^1] ^= 1;
        Assert.False(PublicKey.TryDecode(valid, out _));
        Assert.False(PublicKey.TryCreate(KeyType.Ecdsa, [.. valid.AsSpan(4, 27), .. new byte[64]], out _));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.False(PublicKey.TryCreate(KeyType.Ecdsa, other.ExportSubjectPublicKeyInfo(), out _));
        using ECDsa same = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(PublicKey.TryCreate(KeyType.Ecdsa, same.ExportSubjectPublicKeyInfo(), out _));
        Assert.False(PublicKey.TryCreate(KeyType.Rsa, same.ExportSubjectPublicKeyInfo(), out _));
    }

    [Fact]
    public void Ecdsa_verifies()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(PublicKey.TryCreate(KeyType.Ecdsa, ecdsa.ExportSubjectPublicKeyInfo(), out PublicKey? key));
        byte[] signature = ecdsa.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Verifies(key, signature);
        Assert.False(key.Verify(Message, ecdsa.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
    }

    [Fact]
    public void Rsa_verifies()
    {
        RSA rsa = Rsa2048.Value;
        Assert.True(PublicKey.TryCreate(KeyType.Rsa, rsa.ExportSubjectPublicKeyInfo(), out PublicKey? key));
        Assert.StartsWith("Qm", key.PeerId.ToString());
        Assert.Equal(key, KeyVectors.Public(Convert.ToHexString(key.Encoded.Span)));
        Verifies(key, rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.False(key.Verify(Message, rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.False(key.Verify(Message, rsa.SignData(Message, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void Secp256k1_and_ed25519_verify()
    {
        using KeyPair secp256k1 = KeyVectors.Secp256k1();
        Verifies(secp256k1.PublicKey, secp256k1.Sign(Message));
        using KeyPair ed25519 = KeyVectors.Ed25519();
        Verifies(ed25519.PublicKey, ed25519.Sign(Message));
    }

    [Theory]
    [InlineData(1024, 65537, false)]
    [InlineData(2040, 65537, false)]
    [InlineData(2047, 65537, false)]
    [InlineData(2048, 65537, true)]
    [InlineData(3072, 3, true)]
    [InlineData(8192, 65537, true)]
    [InlineData(8192, int.MaxValue, true)]
    [InlineData(8193, 65537, false)]
    [InlineData(8200, 65537, false)]
    [InlineData(16384, 65537, false)]
    [InlineData(2048, 1, false)]
    [InlineData(2048, 65536, false)]
    [InlineData(2048, -3, false)]
    [InlineData(2048, 1L + int.MaxValue + 2, false)]
    [InlineData(2048, 0, false)]
    [Trait("Row", "20")]
    public void Rsa_sizes(int bits, long exponent, bool accepted)
    {
        BigInteger modulus = (BigInteger.One << (bits - 1)) + 1;
        Assert.Equal(accepted, PublicKey.TryCreate(KeyType.Rsa, Spki(modulus, exponent), out _));
    }

    [Fact]
    [Trait("Row", "20")]
    public void An_rsa_key_of_16384_bits_costs_no_allocation()
    {
        byte[] encoded = new PublicKeyMessage { Type = KeyKind.Rsa, Data = ByteString.CopyFrom(Spki((BigInteger.One << 16383) + 1, 65537)) }.ToByteArray();
        Assert.Equal(0, Mutations.AllocatedBy(() => Assert.False(PublicKey.TryDecode(encoded, out _))));
    }

    [Fact]
    public void Rsa_in_another_form_is_refused()
    {
        byte[] valid = Spki((BigInteger.One << 2047) + 1, 65537);
        Assert.True(PublicKey.TryCreate(KeyType.Rsa, valid, out _));
        Assert.False(PublicKey.TryCreate(KeyType.Rsa, [.. valid, 0], out _));
        Assert.False(PublicKey.TryCreate(KeyType.Rsa, Spki(1 << 30, 65537), out _));
        Assert.False(PublicKey.TryCreate(KeyType.Rsa, Spki(BigInteger.One << 2047, 65537), out _));
        Assert.False(PublicKey.TryCreate(KeyType.Rsa, Spki(-(BigInteger.One << 2047) + 1, 65537), out _));
        Assert.False(PublicKey.TryCreate(KeyType.Rsa, Rsa2048.Value.ExportRSAPublicKey(), out _));
        Assert.False(PublicKey.TryCreate(KeyType.Ecdsa, valid, out _));
        Assert.DoesNotContain(Mutations.Truncations(valid), bytes => PublicKey.TryCreate(KeyType.Rsa, bytes, out _));
    }

    [Fact]
    public void No_prefix_of_a_key_is_a_key()
    {
        foreach (string hex in (string[])[KeyVectors.Secp256k1Public, KeyVectors.Ed25519Public, KeyVectors.EcdsaPublic])
        {
            Assert.DoesNotContain(Mutations.Truncations(Convert.FromHexString(hex)), bytes => PublicKey.TryDecode(bytes, out _));
        }
    }

    [Fact]
    public void Mutated_keys_and_signatures_never_throw()
    {
        byte[][] seeds =
        [
            .. ((string[])[KeyVectors.Secp256k1Public, KeyVectors.Ed25519Public, KeyVectors.EcdsaPublic]).Select(Convert.FromHexString),
            new PublicKeyMessage { Type = KeyKind.Rsa, Data = ByteString.CopyFrom(Rsa2048.Value.ExportSubjectPublicKeyInfo()) }.ToByteArray(),
        ];
        Random random = new(5);
        int accepted = 0;
        for (int i = 0; i < 4_000; i++)
        {
            if (PublicKey.TryDecode(Mutations.Mutate(random, seeds), out PublicKey? key))
            {
                accepted++;
                Assert.True(PublicKey.TryDecode(key.Encoded.Span, out PublicKey? again));
                Assert.Equal(key, again);
                Assert.False(key.Verify(Message, new byte[64]));
            }
        }

        Assert.InRange(accepted, 50, 3_000);
    }

    /// <summary>A signature holds for its message only, and nothing close to it holds.</summary>
    private static void Verifies(PublicKey key, byte[] signature)
    {
        Assert.True(key.Verify(Message, signature));
        Assert.False(key.Verify([.. Message, 0], signature));
        Assert.False(key.Verify([], signature));
        Assert.False(key.Verify(Message, []));
        Assert.False(key.Verify(Message, [.. signature, 0]));
        Assert.DoesNotContain(Mutations.Truncations(signature), bytes => key.Verify(Message, bytes));
        Random random = new(6);
        for (int i = 0; i < 100; i++)
        {
            byte[] flipped = [.. signature];
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(key.Verify(Message, flipped));
        }
    }

    /// <summary>The PKIX form of an RSA key of any numbers.</summary>
    internal static byte[] Spki(BigInteger modulus, BigInteger exponent)
    {
        AsnWriter key = new(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }

        AsnWriter info = new(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return info.Encode();
    }
}
