using System.Security.Cryptography;
using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Primitives.Tests.Crypto.Secp256k1;

/// <summary>The two secp256k1 vectors of the discv5 wire specification.</summary>
public class DiscoveryVectorTests
{
    [Fact]
    public void Shared_point()
    {
        JsonElement vector = Vector("ECDH");
        Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(vector, "secret-key"), out Secp256k1PrivateKey? key));
        Assert.True(Secp256k1PublicKey.TryParse(Bytes(vector, "public-key"), out Secp256k1PublicKey? peer));
        byte[] shared = new byte[33];
        key.Agree(peer, shared);
        Assert.Equal(Bytes(vector, "shared-secret"), shared);
    }

    [Fact]
    public void Identity_proof()
    {
        JsonElement vector = Vector("ID Nonce Signing");
        Assert.True(Secp256k1PrivateKey.TryCreate(Bytes(vector, "static-key"), out Secp256k1PrivateKey? key));
        byte[] hash = SHA256.HashData(
            [.. "discovery v5 identity proof"u8, .. Bytes(vector, "challenge-data"), .. Bytes(vector, "ephemeral-pubkey"), .. Bytes(vector, "node-id-B")]);
        byte[] signature = new byte[65];
        key.SignRecoverable(hash, signature);
        Assert.Equal(Bytes(vector, "id-signature"), signature[..64]);
        Assert.True(key.PublicKey.Verify(hash, signature.AsSpan(0, 64)));
    }

    private static JsonElement Vector(string name)
    {
        using JsonDocument vectors = Vectors.Json("discv5-wire.json");
        return vectors.RootElement.EnumerateArray().Single(v => v.GetProperty("name").GetString() == name).GetProperty("values").Clone();
    }

    private static byte[] Bytes(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()![2..]);
}
