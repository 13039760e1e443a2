using System.Numerics;
using System.Security.Cryptography;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>The check of a known signer against recovery: the same answer for every input.</summary>
public class KnownSignerTests
{
    [Fact]
    public void Signatures_good_and_spoiled_under_every_id()
    {
        var random = new Random(17);
        int accepted = 0;
        foreach (Secp256k1KnownSigner signer in Signers(random, 3, out List<Secp256k1PrivateKey> secrets))
        {
            byte[] hash = new byte[32], signature = new byte[65];
            for (int i = 0; i < 200; i++)
            {
                random.NextBytes(hash);
                secrets[i % secrets.Count].SignRecoverable(hash, signature);
                Spoil(i % 8, random, hash, signature);
                accepted += AssertSame(signer, hash, signature.AsSpan(0, 64));
            }
        }

        // An eighth is untouched and another has its high s, a third of each by the signer; some spoil nothing.
        Assert.InRange(accepted, 50, 150);
    }

    [Fact]
    public void A_flipped_parity_is_refused_and_so_is_a_flipped_overflow()
    {
        using Secp256k1PrivateKey secret = Key(N / 11);
        var signer = new Secp256k1KnownSigner(secret.PublicKey);
        byte[] hash = SHA256.HashData("a block"u8), signature = new byte[65];
        secret.SignRecoverable(hash, signature);

        Assert.True(signer.HasSigned(hash, signature.AsSpan(0, 64), signature[64]));
        for (int difference = 1; difference < 4; difference++)
            Assert.False(signer.HasSigned(hash, signature.AsSpan(0, 64), signature[64] ^ difference));
        Assert.Equal(1, AssertSame(signer, hash, signature.AsSpan(0, 64)));
    }

    [Fact]
    public void A_high_s_is_accepted_with_the_other_parity_alone()
    {
        using Secp256k1PrivateKey secret = Key(N / 13);
        var signer = new Secp256k1KnownSigner(secret.PublicKey);
        byte[] hash = SHA256.HashData("a block"u8), signature = new byte[65];
        secret.SignRecoverable(hash, signature);
        byte[] twin = [.. signature[..32], .. Bytes(N - Parse(signature.AsSpan(32, 32)))];

        Assert.True(signer.HasSigned(hash, twin, signature[64] ^ 1));
        Assert.False(signer.HasSigned(hash, twin, signature[64]));
        Assert.Equal(1, AssertSame(signer, hash, twin));
    }

    [Fact]
    public void Where_r_plus_n_is_below_p_ids_2_and_3_are_their_own_keys()
    {
        // No one can sign so, but for a chosen r there is a key that has.
        byte[] hash = Bytes(123456789);
        int accepted = 0;
        for (int r = 1; r <= 6; r++)
        {
            byte[] signature = [.. Bytes(r), .. Bytes(N / 5)];
            for (int id = 0; id < 4; id++)
            {
                if (!Secp256k1PublicKey.TryRecover(hash, signature, id, out Secp256k1PublicKey? key))
                    continue;
                var signer = new Secp256k1KnownSigner(key);
                Assert.True(signer.HasSigned(hash, signature, id));
                Assert.Equal(1, AssertSame(signer, hash, signature));
                accepted += id >= 2 ? 1 : 0;
            }
        }

        Assert.True(accepted > 1);
    }

    [Fact]
    public void Edges_of_r_s_and_the_hash()
    {
        using Secp256k1PrivateKey secret = Key(1);
        var signer = new Secp256k1KnownSigner(secret.PublicKey);
        BigInteger[] edges = [0, 1, 2, N - 1, N, N + 1, P - N - 1, P - N, P - N + 1, P - 1, P, TwoTo256 - 1, N / 2, (N / 2) + 1];
        foreach (BigInteger hash in new[] { 0, 1, N - 1, N, TwoTo256 - 1 })
            foreach (BigInteger r in edges.Append(G.X))
                foreach (BigInteger s in edges)
                    AssertSame(signer, Bytes(hash), [.. Bytes(r), .. Bytes(s)]);
    }

    [Fact]
    public void A_hash_of_zero_modulo_n_has_signatures_as_others()
    {
        using Secp256k1PrivateKey secret = Key(N / 17);
        var signer = new Secp256k1KnownSigner(secret.PublicKey);
        byte[] signature = new byte[65];
        foreach (BigInteger hash in new[] { 0, N })
        {
            secret.SignRecoverable(Bytes(hash), signature);
            Assert.True(signer.HasSigned(Bytes(hash), signature.AsSpan(0, 64), signature[64]));
            Assert.Equal(1, AssertSame(signer, Bytes(hash), signature.AsSpan(0, 64)));
        }
    }

    [Fact]
    public void A_sum_that_is_infinity_signs_nothing()
    {
        // z G + r Q = 0 for z = -r d.
        BigInteger d = N / 19, r = G.X % N;
        using Secp256k1PrivateKey secret = Key(d);
        var signer = new Secp256k1KnownSigner(secret.PublicKey);

        Assert.Equal(0, AssertSame(signer, Bytes(Mod(-r * d, N)), [.. Bytes(r), .. Bytes(5)]));
    }

    [Fact]
    public void Every_length_but_the_right_one_is_refused()
    {
        using Secp256k1PrivateKey secret = Key(N / 23);
        var signer = new Secp256k1KnownSigner(secret.PublicKey);
        byte[] hash = SHA256.HashData("a block"u8), signature = new byte[65];
        secret.SignRecoverable(hash, signature);
        for (int length = 0; length <= 130; length++)
        {
            byte[] resizedHash = hash, resized = signature[..64];
            Array.Resize(ref resizedHash, length);
            Array.Resize(ref resized, length);
            Assert.Equal(length == 32, signer.HasSigned(resizedHash, signature.AsSpan(0, 64), signature[64]));
            Assert.Equal(length == 64, signer.HasSigned(hash, resized, signature[64]));
        }
    }

    [Fact]
    public void Wycheproof_under_every_id()
    {
        int accepted = 0;
        foreach (IGrouping<string, WycheproofCase> group in WycheproofCase.Read("wycheproof_ecdsa_secp256k1_sha256_p1363_test.json")
            .GroupBy(c => Convert.ToHexString(c.GroupKey!)))
        {
            Assert.True(Secp256k1PublicKey.TryParse(group.First().GroupKey, out Secp256k1PublicKey? key));
            var signer = new Secp256k1KnownSigner(key);
            foreach (WycheproofCase c in group)
            {
                int ids = AssertSame(signer, SHA256.HashData(c.Bytes("msg")), c.Bytes("sig"));
                Assert.True(ids == (c.Result == "valid" ? 1 : 0), $"case {c.Id} {c.Comment}: {ids} ids");
                accepted += ids;
            }
        }

        Assert.Equal(167, accepted);
    }

    /// <summary>The number of ids that the signer accepts; each id gets recovery's answer.</summary>
    private static int AssertSame(Secp256k1KnownSigner signer, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        int accepted = 0;
        for (int id = -1; id <= 4; id++)
        {
            bool expected = Secp256k1PublicKey.TryRecover(hash, signature, id, out Secp256k1PublicKey? key) && key.Equals(signer.Key);
            Assert.Equal(expected, signer.HasSigned(hash, signature, id));
            accepted += expected ? 1 : 0;
        }

        return accepted;
    }

    private static void Spoil(int how, Random random, byte[] hash, byte[] signature)
    {
        switch (how)
        {
            case 1: Bytes(N - Parse(signature.AsSpan(32, 32))).CopyTo(signature, 32); break;
            case 2: signature[random.Next(64)] ^= (byte)(1 << random.Next(8)); break;
            case 3: hash[random.Next(32)] ^= (byte)(1 << random.Next(8)); break;
            case 4: random.NextBytes(signature); break;
            case 5: Bytes(Mod(-Parse(signature.AsSpan(0, 32)), N)).CopyTo(signature, 0); break;
            case 6: Bytes(random.Next()).CopyTo(signature, 0); break;
            case 7: signature.AsSpan(0, 32).CopyTo(signature.AsSpan(32)); break;
        }
    }

    private static List<Secp256k1KnownSigner> Signers(Random random, int count, out List<Secp256k1PrivateKey> secrets)
    {
        secrets = [.. Enumerable.Range(0, count).Select(_ => Key(Random(random) % N))];
        return [.. secrets.Select(secret => new Secp256k1KnownSigner(secret.PublicKey))];
    }

    private static Secp256k1PrivateKey Key(BigInteger secret)
    {
        Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(secret), out Secp256k1PrivateKey? key));
        return key;
    }
}
