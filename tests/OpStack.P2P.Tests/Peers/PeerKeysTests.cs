using OpStack.Discv5;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers;
using OpStack.Primitives.Crypto.Secp256k1;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Peers;

/// <summary>The conversions of kona.md 4.3.</summary>
public sealed class PeerKeysTests
{
    [Fact]
    public void A_secret_has_the_known_peer_id()
    {
        Assert.True(Secp256k1PrivateKey.TryCreate(Hex.Decode("1d2b0bda21d56b8bd12d4f94ebacffdfb35f5e226f84b461103bb8beab6353be"), out Secp256k1PrivateKey? key));
        using (key)
        {
            Assert.Equal("16Uiu2HAm8nGnMBa4r3hYUtBZz353gKcbzPej9DvaZ4jx7q2pvZNN", key.PublicKey.ToPeerId().ToString());
        }
    }

    [Fact]
    public void Coordinates_have_the_known_peer_id_and_come_out_again()
    {
        byte[] coordinates = Hex.Decode("548f715f3fc388a7c917ba644a2f16270f1ede48a5d88a4d14ea287cc916068363f3092e39936f1a3e7885198bef0e5af951f1d7b1041ce8ba4010917777e71f");
        Assert.True(PeerKeys.TryFromCoordinates(coordinates, out Secp256k1PublicKey? key));
        Assert.Equal("16Uiu2HAmJM5TZmL6VJGufGFo2i9jGZ3HU3RPJtonUUZ8hEJDsz5g", key.ToPeerId().ToString());
        Assert.Equal(coordinates, key.ToCoordinates());
        Assert.True(key.ToPeerId().TryGetSecp256k1Key(out Secp256k1PublicKey? back));
        Assert.Equal(key, back);

        Assert.False(PeerKeys.TryFromCoordinates(coordinates.AsSpan(1), out _));
        coordinates[63] ^= 1;
        Assert.False(PeerKeys.TryFromCoordinates(coordinates, out _));
    }

    [Fact]
    public void The_first_boot_node_has_the_known_coordinates_and_node_id()
    {
        BootNode node = BootNodes.Mainnet[0];
        Assert.Equal(
            "99e4a7261ef38caac348fa0d3065e8a29783178861a63e48d0eb10514b78bbcb03c757c6bd6db80e8560bd176ce44781ca161dcacd49b54ee02b45d1a7135b18",
            Hex.Encode(node.PublicKey.ToCoordinates()));
        Assert.Equal(node.NodeId, NodeId.FromPublicKey(node.PublicKey));
    }

    [Fact]
    public void An_ed25519_id_has_no_secp256k1_key()
    {
        using KeyPair key = KeyPair.GenerateEd25519();
        Assert.False(key.PeerId.TryGetSecp256k1Key(out _));
    }
}
