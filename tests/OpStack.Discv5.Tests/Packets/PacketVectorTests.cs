using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Packets;

[Trait("Row", "52")]
public sealed class PacketVectorTests
{
    private static readonly byte[] ZeroIv = new byte[PacketLimits.MaskingIvSize];

    [Fact]
    public void The_nodes_have_their_ids()
    {
        WireVectors vector = Named("Ping message packet (flag 0)");
        Assert.Equal(vector.Id("src-node-id"), A);
        Assert.Equal(vector.Id("dest-node-id"), B);
    }

    [Fact]
    public void A_ping_is_read_and_written_to_the_byte()
    {
        WireVectors vector = Named("Ping message packet (flag 0)");
        PacketView packet = Read(vector.Packet);
        Assert.Equal(PacketFlag.Message, packet.Flag);
        Assert.Equal(A, packet.Source);
        Assert.Equal(new PacketNonce(vector.Bytes("nonce")), packet.Nonce);

        using MessageCipher cipher = new(vector.Bytes("read-key"));
        byte[] plaintext = Decrypt(packet, cipher);
        Assert.Equal("01c6840000000102", Convert.ToHexStringLower(plaintext));
        Assert.True(MessageReader.TryRead(plaintext, out Message? message, out _));
        Ping ping = Assert.IsType<Ping>(message);
        Assert.Equal(vector.Bytes("ping.req-id"), ping.RequestId.Span.ToArray());
        Assert.Equal(vector.Number("ping.enr-seq"), ping.EnrSequence);

        byte[] written = new byte[PacketLimits.MaxSize];
        int length = PacketWriter.WriteMessage(written, B, A, ZeroIv, packet.Nonce, cipher, plaintext);
        Assert.Equal(vector.Packet, written[..length]);
        Assert.Equal(length, PacketWriter.LengthOfMessage(plaintext.Length));
    }

    [Fact]
    public void A_WHOAREYOU_is_read_and_written_to_the_byte()
    {
        WireVectors vector = Named("WHOAREYOU packet (flag 1)");
        PacketView packet = Read(vector.Packet);
        Assert.Equal(PacketFlag.WhoAreYou, packet.Flag);
        Assert.Equal(new PacketNonce(vector.Bytes("whoareyou.request-nonce")), packet.Nonce);
        Assert.Equal(vector.Number("whoareyou.enr-seq"), packet.EnrSequence);
        Assert.Equal(vector.Bytes("whoareyou.challenge-data"), packet.AssociatedData.ToArray());

        byte[] challengeData = new byte[PacketLimits.ChallengeDataSize];
        PacketWriter.WriteChallengeData(challengeData, ZeroIv, packet.Nonce, vector.Bytes("whoareyou.id-nonce"), 0);
        Assert.Equal(vector.Bytes("whoareyou.challenge-data"), challengeData);
        byte[] written = new byte[PacketLimits.MinSize];
        Assert.Equal(written.Length, PacketWriter.WriteWhoAreYou(written, B, challengeData));
        Assert.Equal(vector.Packet, written);
    }

    [Theory]
    [InlineData("Ping handshake packet (flag 2)", false)]
    [InlineData("Ping handshake message packet (flag 2, with ENR)", true)]
    public void A_handshake_is_read_and_written_to_the_byte(string name, bool hasRecord)
    {
        WireVectors vector = Named(name);
        byte[] challengeData = vector.Bytes("whoareyou.challenge-data");
        PacketView packet = Read(vector.Packet);
        Assert.Equal(PacketFlag.Handshake, packet.Flag);
        Assert.Equal(A, packet.Source);
        Assert.Equal(vector.Bytes("ephemeral-pubkey"), packet.EphemeralKey.ToArray());
        Assert.True(IdentityProof.Verify(Discv5Crypto.Instance, KeyA.PublicKey, challengeData, packet.EphemeralKey, B, packet.IdSignature));
        Assert.Equal(hasRecord, !packet.Record.IsEmpty);
        if (hasRecord)
        {
            Assert.True(Enr.TryDecode(packet.Record, out Enr? record));
            Assert.Equal(A, record.NodeId);
            Assert.Equal(1ul, record.Sequence);
        }

        using MessageCipher cipher = new(vector.Bytes("read-key"));
        byte[] plaintext = Decrypt(packet, cipher);
        Assert.Equal("01c6840000000101", Convert.ToHexStringLower(plaintext));

        HandshakeAuthData authData =
            new() { IdSignature = packet.IdSignature, EphemeralKey = packet.EphemeralKey, Record = packet.Record };
        byte[] written = new byte[PacketLimits.MaxSize];
        int length = PacketWriter.WriteHandshake(written, B, A, ZeroIv, packet.Nonce, authData, cipher, plaintext);
        Assert.Equal(vector.Packet, written[..length]);
        Assert.Equal(length, PacketWriter.LengthOfHandshake(packet.Record.Length, plaintext.Length));
    }

    [Fact]
    public void GCM_gives_the_ciphertext_of_the_vector()
    {
        WireVectors vector = Named("Encryption/Decryption");
        using MessageCipher cipher = new(vector.Bytes("encryption-key"));
        PacketNonce nonce = new(vector.Bytes("nonce"));
        byte[] plaintext = vector.Bytes("pt"), associatedData = vector.Bytes("ad");
        byte[] ciphertext = new byte[plaintext.Length + PacketLimits.TagSize];
        cipher.Encrypt(nonce, plaintext, associatedData, ciphertext);
        Assert.Equal(vector.Bytes("message-ciphertext"), ciphertext);

        byte[] opened = new byte[plaintext.Length];
        Assert.True(cipher.TryDecrypt(nonce, ciphertext, associatedData, opened, out int written));
        Assert.Equal(plaintext, opened[..written]);
    }

    internal static PacketView Read(byte[] datagram)
    {
        Assert.True(PacketReader.TryRead(datagram, B, new byte[PacketLimits.MaxHeaderSize], out PacketView packet, out PacketError error));
        Assert.Equal(PacketError.None, error);
        return packet;
    }

    internal static byte[] Decrypt(PacketView packet, MessageCipher cipher)
    {
        byte[] plaintext = new byte[PacketLimits.MaxSize];
        Assert.True(cipher.TryDecrypt(packet.Nonce, packet.Message, packet.AssociatedData, plaintext, out int written));
        return plaintext[..written];
    }
}
