using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5.Tests;

/// <summary>The official vectors (devp2p discv5-wire-test-vectors.md), and the two nodes they are about.</summary>
internal sealed class WireVectors
{
    private readonly JsonElement _vector;

    private WireVectors(JsonElement vector) => _vector = vector;

    internal static Secp256k1PrivateKey KeyA { get; } = Key(Named("node keys").Bytes("node-a-key"));

    internal static Secp256k1PrivateKey KeyB { get; } = Key(Named("node keys").Bytes("node-b-key"));

    internal static NodeId A { get; } = NodeId.FromPublicKey(KeyA.PublicKey);

    internal static NodeId B { get; } = NodeId.FromPublicKey(KeyB.PublicKey);

    internal byte[] Packet => Convert.FromHexString(_vector.GetProperty("packet").GetString()!);

    internal static WireVectors Named(string name)
    {
        using JsonDocument document = Vectors.Json("discv5-wire.json");
        return new WireVectors(document.RootElement.EnumerateArray().Single(v => v.GetProperty("name").GetString() == name).Clone());
    }

    internal static Secp256k1PrivateKey Key(ReadOnlySpan<byte> secret)
    {
        Assert.True(Secp256k1PrivateKey.TryCreate(secret, out Secp256k1PrivateKey? key));
        return key;
    }

    internal byte[] Bytes(string name) => Convert.FromHexString(_vector.GetProperty("values").GetProperty(name).GetString()![2..]);

    internal ulong Number(string name) => ulong.Parse(_vector.GetProperty("values").GetProperty(name).GetString()!, null);

    internal NodeId Id(string name) => new(new Hash256(Bytes(name)));

    internal Secp256k1PublicKey PublicKey(string name)
    {
        Assert.True(Secp256k1PublicKey.TryParse(Bytes(name), out Secp256k1PublicKey? key));
        return key;
    }
}
