using System.Security.Cryptography;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>Against the platform's own secp256k1 (OpenSSL on Linux; the other platforms of .NET do not all have the curve).</summary>
public class PlatformTests
{
    private const int Cases = 200;
    private static readonly ECCurve Curve = ECCurve.CreateFromValue("1.3.132.0.10");

    [Fact]
    public void The_platform_verifies_ours_and_we_verify_its()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var random = new Random(7);
        byte[] hash = new byte[32], signature = new byte[65];
        for (int i = 0; i < Cases; i++)
        {
            using Secp256k1PrivateKey key = RandomKey(random);
            using ECDsa platform = ECDsa.Create(Parameters(key));
            random.NextBytes(hash);

            key.SignRecoverable(hash, signature);
            Assert.True(platform.VerifyHash(hash, signature.AsSpan(0, 64)));
            byte[] theirs = platform.SignHash(hash);
            Assert.True(key.PublicKey.Verify(hash, theirs));

            // One flipped bit must turn both verdicts.
            int bit = random.Next(512);
            theirs[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(platform.VerifyHash(hash, theirs));
            Assert.False(key.PublicKey.Verify(hash, theirs));
        }
    }

    [Fact]
    public void Der_equals_the_platforms()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using ECDsa platform = ECDsa.Create(Curve);
        byte[] ours = new byte[72], parsed = new byte[64];
        for (int i = 0; i < Cases; i++)
        {
            byte[] hash = SHA256.HashData([(byte)i]);
            byte[] der = platform.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
            Assert.True(Secp256k1Signature.TryParseDer(der, parsed));
            Assert.Equal(der, ours[..Secp256k1Signature.WriteDer(parsed, ours)]);
            Assert.True(platform.VerifyHash(hash, parsed, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        }
    }

    [Fact]
    public void Key_agreement_gives_the_platforms_x()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var random = new Random(11);
        byte[] shared = new byte[33], other = new byte[33];
        for (int i = 0; i < Cases; i++)
        {
            using Secp256k1PrivateKey mine = RandomKey(random), peer = RandomKey(random);
            using ECDiffieHellman platformMine = ECDiffieHellman.Create(Parameters(mine));
            using ECDiffieHellman platformPeer = ECDiffieHellman.Create(Parameters(peer));
            mine.Agree(peer.PublicKey, shared);
            peer.Agree(mine.PublicKey, other);
            Assert.Equal(shared, other);
            Assert.Equal(platformMine.DeriveRawSecretAgreement(platformPeer.PublicKey), shared[1..]);
        }
    }

    private static Secp256k1PrivateKey RandomKey(Random random)
    {
        byte[] secret = new byte[32];
        random.NextBytes(secret);
        Assert.True(Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key));
        return key;
    }

    /// <summary>The platform checks on import that the public point belongs to the secret.</summary>
    private static ECParameters Parameters(Secp256k1PrivateKey key)
    {
        byte[] secret = new byte[32], point = new byte[65];
        key.Export(secret);
        key.PublicKey.WriteUncompressed(point);
        return new ECParameters { Curve = Curve, D = secret, Q = new ECPoint { X = point[1..33], Y = point[33..] } };
    }
}
