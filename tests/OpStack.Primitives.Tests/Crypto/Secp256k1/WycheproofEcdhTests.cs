using System.Formats.Asn1;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>
/// Every case of the ECDH file. Its public keys are SubjectPublicKeyInfo, which the library has no use for: the parser here is strict DER
/// and knows the named curve alone. "valid" must agree; "invalid" must be refused by it or by the point check; "acceptable" may be
/// refused, but where it is not, the secret must be the one given. All of those but the compressed point carry broken ASN.1
/// or explicit parameters, and must be refused.
/// </summary>
public class WycheproofEcdhTests
{
    [Fact]
    public void Every_case()
    {
        int valid = 0, invalid = 0, acceptable = 0;
        var accepted = new List<string>();
        foreach (WycheproofCase c in WycheproofCase.Read("wycheproof_ecdh_secp256k1_test.json"))
        {
            byte[]? shared = Agree(c);
            string name = $"case {c.Id} {c.Comment} ({string.Join(", ", c.Flags)})";
            switch (c.Result)
            {
                case "valid":
                    valid++;
                    Assert.True(shared is not null, name);
                    break;
                case "invalid":
                    invalid++;
                    Assert.True(shared is null, name);
                    break;
                case "acceptable":
                    acceptable++;
                    if (shared is not null)
                        accepted.Add(string.Join(",", c.Flags));
                    break;
                default:
                    Assert.Fail(name);
                    break;
            }

            if (shared is not null)
                Assert.Equal(c.Json.GetProperty("shared").GetString(), Convert.ToHexStringLower(shared));
        }

        Assert.Equal((473, 49, 230), (valid, invalid, acceptable));
        Assert.Equal(["CompressedPublic,CompressedPoint"], accepted);
    }

    /// <summary>Points off the curve must be stopped by the library itself, not by the parser above it.</summary>
    [Fact]
    public void Invalid_curve_points_fail_the_point_check()
    {
        int refused = 0;
        foreach (WycheproofCase c in WycheproofCase.Read("wycheproof_ecdh_secp256k1_test.json"))
        {
            if (!c.Flags.Contains("InvalidCurveAttack") && !c.Flags.Contains("InvalidCompressedPublic"))
                continue;
            byte[]? point = ReadPoint(c.Bytes("public"));
            if (point is null)
                continue;
            Assert.False(Secp256k1PublicKey.TryParse(point, out _), $"case {c.Id}");
            refused++;
        }

        Assert.Equal(17, refused);
    }

    private static byte[]? Agree(WycheproofCase c)
    {
        if (ReadPoint(c.Bytes("public")) is not { } point || !Secp256k1PublicKey.TryParse(point, out Secp256k1PublicKey? peer))
            return null;

        // The private keys are ASN.1 integers: shorter than 32 bytes, or longer by a zero.
        byte[] integer = c.Bytes("private");
        byte[] secret = new byte[32];
        ReadOnlySpan<byte> digits = integer.AsSpan().TrimStart((byte)0);
        digits.CopyTo(secret.AsSpan(32 - digits.Length));
        Assert.True(Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key));
        using (key)
        {
            byte[] shared = new byte[33];
            key.Agree(peer, shared);
            return shared[1..];
        }
    }

    private static byte[]? ReadPoint(byte[] subjectPublicKeyInfo)
    {
        try
        {
            var reader = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER);
            AsnReader info = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            AsnReader algorithm = info.ReadSequence();
            string oid = algorithm.ReadObjectIdentifier();
            string curve = algorithm.ReadObjectIdentifier();
            algorithm.ThrowIfNotEmpty();
            byte[] point = info.ReadBitString(out int unusedBits);
            info.ThrowIfNotEmpty();
            return oid == "1.2.840.10045.2.1" && curve == "1.3.132.0.10" && unusedBits == 0 ? point : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
