using OpStack.Discv5.Packets;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Sessions;

[Trait("Row", "52")]
public sealed class SessionVectorTests
{
    [Fact]
    public void ECDH_gives_the_compressed_point()
    {
        WireVectors vector = Named("ECDH");
        byte[] secret = new byte[Secp256k1PublicKey.CompressedSize];
        Key(vector.Bytes("secret-key")).Agree(vector.PublicKey("public-key"), secret);
        Assert.Equal(vector.Bytes("shared-secret"), secret);
    }

    [Fact]
    public void Keys_are_derived_as_in_the_vector()
    {
        WireVectors vector = Named("Key Derivation");
        byte[] keys = new byte[2 * PacketLimits.KeySize];
        KeyAgreement.Derive(
            Agree(Key(vector.Bytes("ephemeral-key")), vector.PublicKey("dest-pubkey")), vector.Id("node-id-a"), vector.Id("node-id-b"),
            vector.Bytes("challenge-data"), keys);
        Assert.Equal(vector.Bytes("initiator-key"), keys[..16]);
        Assert.Equal(vector.Bytes("recipient-key"), keys[16..]);
    }

    [Fact]
    public void Both_sides_derive_the_key_that_opens_the_handshake_vector()
    {
        WireVectors vector = Named("Ping handshake packet (flag 2)");
        byte[] challengeData = vector.Bytes("whoareyou.challenge-data");
        byte[] initiator = new byte[32], recipient = new byte[32];
        KeyAgreement.Derive(Agree(Key(vector.Bytes("ephemeral-key")), KeyB.PublicKey), A, B, challengeData, initiator);
        KeyAgreement.Derive(Agree(KeyB, vector.PublicKey("ephemeral-pubkey")), A, B, challengeData, recipient);
        Assert.Equal(vector.Bytes("read-key"), initiator[..16]);
        Assert.Equal(initiator, recipient);
    }

    [Fact]
    public void The_id_signature_is_that_of_the_vector()
    {
        WireVectors vector = Named("ID Nonce Signing");
        byte[] challengeData = vector.Bytes("challenge-data"), ephemeral = vector.Bytes("ephemeral-pubkey");
        NodeId recipient = vector.Id("node-id-B");
        Secp256k1PrivateKey key = Key(vector.Bytes("static-key"));

        byte[] hash = new byte[32];
        IdentityProof.Hash(challengeData, ephemeral, recipient, hash);
        Assert.Equal("f8b18af81856bc494b09db6930f1feebc8bbebc5c1738c58ed5dc1281618ddc0", Convert.ToHexStringLower(hash));

        byte[] signature = new byte[PacketLimits.IdSignatureSize];
        IdentityProof.Sign(Discv5Crypto.Instance, key, challengeData, ephemeral, recipient, signature);
        Assert.Equal(vector.Bytes("id-signature"), signature);
        Assert.True(IdentityProof.Verify(Discv5Crypto.Instance, key.PublicKey, challengeData, ephemeral, recipient, signature));
    }

    [Fact]
    public void A_proof_holds_for_one_key_challenge_ephemeral_key_and_recipient()
    {
        WireVectors vector = Named("ID Nonce Signing");
        byte[] challengeData = vector.Bytes("challenge-data"), ephemeral = vector.Bytes("ephemeral-pubkey");
        byte[] signature = vector.Bytes("id-signature");
        Secp256k1PublicKey key = Key(vector.Bytes("static-key")).PublicKey;

        Assert.False(IdentityProof.Verify(Discv5Crypto.Instance, KeyA.PublicKey, challengeData, ephemeral, B, signature));
        Assert.False(IdentityProof.Verify(Discv5Crypto.Instance, key, challengeData, ephemeral, A, signature));
        Assert.False(IdentityProof.Verify(Discv5Crypto.Instance, key, Flip(challengeData, 62), ephemeral, B, signature));
        Assert.False(IdentityProof.Verify(Discv5Crypto.Instance, key, challengeData, Flip(ephemeral, 0), B, signature));
        Assert.False(IdentityProof.Verify(Discv5Crypto.Instance, key, challengeData, ephemeral, B, Flip(signature, 63)));
        Assert.False(IdentityProof.Verify(Discv5Crypto.Instance, key, challengeData, ephemeral, B, HighS(signature)));
    }

    private static byte[] Agree(Secp256k1PrivateKey own, Secp256k1PublicKey peer)
    {
        byte[] secret = new byte[PacketLimits.SecretSize];
        own.Agree(peer, secret);
        return secret;
    }

    private static byte[] Flip(byte[] bytes, int index)
    {
        byte[] copy = [.. bytes];
        copy[index] ^= 1;
        return copy;
    }

    private static byte[] HighS(byte[] signature)
    {
        byte[] order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        System.Numerics.BigInteger s = new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        byte[] high = (new System.Numerics.BigInteger(order, isUnsigned: true, isBigEndian: true) - s).ToByteArray(true, true);
        byte[] copy = [.. signature];
        high.CopyTo(copy, 64 - high.Length);
        return copy;
    }
}
