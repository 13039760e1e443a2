using System.Security.Cryptography;
using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Primitives.Tests.Crypto.Secp256k1.Integers;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

public class SigningTests
{
    private const string Disease = "There is a computer disease that anybody who works with computers knows about. It's a very serious disease and it "
        + "interferes completely with the work. The trouble with computers is that you 'play' with them!";

    /// <summary>The vectors for secp256k1 with SHA-256 that Trezor, haskoin and others share: key, message, nonce, r ‖ s with low s.</summary>
    public static TheoryData<string, string, string, string> Rfc6979Vectors => new()
    {
        {
            "0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
            "8f8a276c19f4149656b280621e358cce24f5f52542772691ee69063b74f15d15",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
        },
        {
            "0000000000000000000000000000000000000000000000000000000000000001",
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "38aa22d72376b4dbc472e06c3ba403ee0a394da63fc58d88686c611aba98d6b3",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"
        },
        {
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
            "33a19b60e25fb6f4435af53a3d42d493644827367e6453928554f43e49aa6f90",
            "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5"
        },
        {
            "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
            "525a82b70e67874398067543fd84c83d30c175fdc45fdeee082fe13b1d7cfdf1",
            "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"
        },
        {
            "e91671c46231f833a6406ccbea0e3e392c76c167bac1cb013f6f1013980455c2", Disease,
            "1f4b84c23a86a221d233f2521be018d9318639d5b8bbd6374a8a59232d16ad3d",
            "b552edd27580141f3b2a5463048cb7cd3e047b97c9f98076c32dbdf85a68718b279fa72dd19bfae05577e06c7c0c1900c371fcd5893f7e1d56a37d30174671f6"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc6979Vectors))]
    public void Rfc6979(string secret, string message, string nonce, string expected)
    {
        byte[] hash = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(message));
        Assert.Equal(nonce, Convert.ToHexStringLower(Nonce(Convert.FromHexString(secret), hash, 1)));

        using Secp256k1PrivateKey key = Key(secret);
        byte[] signature = new byte[65];
        key.SignRecoverable(hash, signature);
        Assert.Equal(expected, Convert.ToHexStringLower(signature.AsSpan(0, 64)));
    }

    [Fact]
    public void Later_nonces_continue_the_generator()
    {
        byte[] secret = Bytes(N - 12345), hash = SHA256.HashData("retry"u8);
        for (int count = 1; count <= 4; count++)
            Assert.Equal(StepByStep(secret, hash, count), Nonce(secret, hash, count));
    }

    [Fact]
    public void Signatures_of_the_op_node_envelopes()
    {
        using JsonDocument vectors = Vectors.Json("op-node.json");
        int signed = 0;
        byte[] signature = new byte[65];
        foreach (JsonElement message in vectors.RootElement.GetProperty("self_made").EnumerateArray())
        {
            using Secp256k1PrivateKey key = Key(message.GetProperty("key").GetString()!);
            byte[] hash = Convert.FromHexString(message.GetProperty("signing_hash").GetString()!);
            key.SignRecoverable(hash, signature);
            Assert.Equal(message.GetProperty("signature").GetString(), Convert.ToHexStringLower(signature));
            Assert.Equal(Address.Parse(message.GetProperty("signer").GetString()!), key.PublicKey.ToAddress());
            Assert.True(Secp256k1PublicKey.TryRecover(hash, signature.AsSpan(0, 64), signature[64], out Secp256k1PublicKey? recovered));
            Assert.Equal(key.PublicKey, recovered);
            signed++;
        }

        Assert.Equal(4, signed);
    }

    [Fact]
    public void Edge_keys_and_hashes_sign_low_verify_and_recover()
    {
        byte[] signature = new byte[65];
        var ids = new HashSet<int>();
        foreach (var secret in Samples(3, seed: 5).Where(v => v > 0 && v < N))
        {
            Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(secret), out Secp256k1PrivateKey? key));
            foreach (var hash in new[] { 0, N, TwoTo256 - 1, N - secret })
            {
                key.SignRecoverable(Bytes(hash), signature);
                ids.Add(signature[64]);
                Assert.True(Secp256k1Signature.IsLowS(signature.AsSpan(0, 64)));
                Assert.True(key.PublicKey.Verify(Bytes(hash), signature.AsSpan(0, 64)));
                Assert.True(Secp256k1PublicKey.TryRecover(Bytes(hash), signature.AsSpan(0, 64), signature[64], out Secp256k1PublicKey? recovered));
                Assert.Equal(key.PublicKey, recovered);
                Assert.False(key.PublicKey.Verify(Bytes(hash ^ 2), signature.AsSpan(0, 64)));
            }
        }

        Assert.Equal([0, 1], ids.Order());
    }

    [Fact]
    public void A_nonce_that_makes_s_zero_is_given_back()
    {
        // With d = -z / r, s = k^-1 (z + r d) vanishes.
        var nonce = N / 3;
        var r = Mod(Multiply(nonce, G)!.Value.X, N);
        var d = Mod(-5 * Invert(r, N), N);
        Scalar Read(System.Numerics.BigInteger value) => Scalar.Read(Bytes(value), out _);
        byte[] signature = new byte[65];
        Assert.False(EcdsaSigning.TrySign(Read(d), Read(5), Read(nonce), signature));
        Assert.True(EcdsaSigning.TrySign(Read(d), Read(6), Read(nonce), signature));
    }

    [Theory]
    [InlineData(31, 65)]
    [InlineData(33, 65)]
    [InlineData(32, 64)]
    [InlineData(32, 66)]
    public void Wrong_lengths_are_refused(int hash, int signature)
    {
        using Secp256k1PrivateKey key = Secp256k1PrivateKey.Generate();
        Assert.Throws<ArgumentException>(() => key.SignRecoverable(new byte[hash], new byte[signature]));
    }

    private static byte[] Nonce(byte[] secret, byte[] hash, int count)
    {
        var nonces = new Rfc6979(new byte[Primitives.Crypto.Secp256k1.Rfc6979.WorkspaceSize], secret, Bytes(Parse(hash) % N));
        byte[] bytes = new byte[32];
        for (int i = 0; i < count; i++)
        {
            nonces.Next(out Scalar nonce);
            nonce.Write(bytes);
        }

        return bytes;
    }

    /// <summary>RFC 6979 section 3.2, written out.</summary>
    private static byte[] StepByStep(byte[] secret, byte[] hash, int count)
    {
        byte[] reduced = Bytes(Parse(hash) % N), v = new byte[32], k = new byte[32];
        Array.Fill(v, (byte)1);
        k = HMACSHA256.HashData(k, (byte[])[.. v, 0, .. secret, .. reduced]);
        v = HMACSHA256.HashData(k, v);
        k = HMACSHA256.HashData(k, (byte[])[.. v, 1, .. secret, .. reduced]);
        v = HMACSHA256.HashData(k, v);
        v = HMACSHA256.HashData(k, v);
        for (int i = 1; i < count; i++)
        {
            k = HMACSHA256.HashData(k, (byte[])[.. v, 0]);
            v = HMACSHA256.HashData(k, v);
            v = HMACSHA256.HashData(k, v);
        }

        return v;
    }

    private static Secp256k1PrivateKey Key(string secret)
    {
        Assert.True(Secp256k1PrivateKey.TryCreate(Convert.FromHexString(secret), out Secp256k1PrivateKey? key));
        return key;
    }
}
