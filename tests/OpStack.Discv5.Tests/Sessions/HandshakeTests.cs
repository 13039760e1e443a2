using OpStack.Discv5.Packets;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;
using static OpStack.Discv5.Tests.Sessions.SessionTests;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Sessions;

/// <summary>A sends to B; B challenges; A proves who it is. Then the same with each part wrong.</summary>
public sealed class HandshakeTests
{
    private static readonly Enr RecordOfA = new EnrBuilder(5).Build(KeyA);
    private static readonly byte[] Iv = new byte[PacketLimits.MaskingIvSize];
    private static readonly byte[] Text = [0x01, 0xc2, 0x01, 0x05];

    [Fact]
    public void Two_strangers_make_a_session()
    {
        Challenge challenge = ChallengeOf(null);
        (byte[] packet, SessionKeys keysOfA) = Initiate(challenge, Text);
        Assert.True(TryAccept(packet, challenge, out byte[] plaintext, out SessionKeys? keysOfB, out Enr? record, out _));
        Assert.Equal(Text, plaintext);
        Assert.Equal(RecordOfA, record);

        using Session a = new(Address(B), keysOfA, TimeSpan.Zero), b = new(Address(A), keysOfB!, TimeSpan.Zero);
        byte[] reply = new byte[PacketLimits.MaxSize], opened = new byte[PacketLimits.MaxSize];
        Assert.True(b.TryEncrypt(B, Iv, 3, Text, reply, out int length, out _));
        Assert.True(PacketReader.TryRead(reply.AsSpan(0, length), A, new byte[PacketLimits.MaxHeaderSize], out PacketView view, out _));
        Assert.True(a.TryDecrypt(view, opened, out int written));
        Assert.Equal(Text, opened[..written]);
    }

    [Theory]
    [InlineData(4ul, true)]
    [InlineData(5ul, false)]
    [InlineData(6ul, false)]
    public void The_record_is_sent_when_the_other_side_has_an_older_one(ulong known, bool isSent)
    {
        Enr knownRecord = new EnrBuilder(known).Set("a", known).Build(KeyA);
        Challenge challenge = ChallengeOf(knownRecord);
        (byte[] packet, _) = Initiate(challenge, Text);
        Assert.True(PacketReader.TryRead(packet, B, new byte[PacketLimits.MaxHeaderSize], out PacketView view, out _));
        Assert.Equal(isSent, !view.Record.IsEmpty);

        Assert.True(TryAccept(packet, challenge, out _, out _, out Enr? record, out _));
        Assert.Equal(isSent ? RecordOfA : knownRecord, record);
    }

    [Fact]
    public void A_replay_against_another_challenge_is_refused()
    {
        (byte[] packet, _) = Initiate(ChallengeOf(null, 1), Text);
        AssertRefused(HandshakeError.IdSignature, packet, ChallengeOf(null, 2));
    }

    [Fact]
    public void A_handshake_without_any_record_is_refused()
    {
        (byte[] packet, _) = Initiate(ChallengeOf(RecordOfA), Text);
        AssertRefused(HandshakeError.NoRecord, packet, ChallengeOf(null));
    }

    [Fact]
    public void A_record_of_another_node_is_refused()
    {
        Challenge challenge = ChallengeOf(null);
        byte[] packet = Forge(challenge, KeyA, new EnrBuilder(1).Build(KeyB).Encoded.ToArray());
        AssertRefused(HandshakeError.WrongRecord, packet, challenge);
    }

    [Fact]
    public void A_record_that_does_not_verify_is_refused()
    {
        Challenge challenge = ChallengeOf(null);
        byte[] record = RecordOfA.Encoded.ToArray();
        record[^1] ^= 1;
        AssertRefused(HandshakeError.InvalidRecord, Forge(challenge, KeyA, record), challenge);
    }

    [Fact]
    public void A_proof_by_another_key_is_refused()
    {
        Challenge challenge = ChallengeOf(null);
        AssertRefused(HandshakeError.IdSignature, Forge(challenge, KeyB, RecordOfA.Encoded.ToArray()), challenge);
    }

    [Fact]
    public void An_ephemeral_key_off_the_curve_is_refused()
    {
        Challenge challenge = ChallengeOf(null);
        byte[] off = [2, .. Enumerable.Repeat((byte)0xff, 32)];
        AssertRefused(HandshakeError.EphemeralKey, Forge(challenge, KeyA, RecordOfA.Encoded.ToArray(), off), challenge);
    }

    [Fact]
    public void A_message_under_another_key_is_refused()
    {
        // A good proof, but the message is encrypted with zeros.
        Challenge challenge = ChallengeOf(null);
        AssertRefused(HandshakeError.Message, Forge(challenge, KeyA, RecordOfA.Encoded.ToArray()), challenge);
    }

    [Fact]
    public void The_longest_message_that_surely_fits_fits_with_the_largest_record()
    {
        Enr large = Enumerable.Range(100, 150).Select(size => new EnrBuilder(5).Set("a", new byte[size]).Build(KeyA))
            .First(record => record.Encoded.Length == Enr.MaxSize);
        Challenge challenge = ChallengeOf(null);
        (byte[] packet, _) = Initiate(challenge, new byte[PacketLimits.MaxHandshakeMessageSize], large);
        Assert.Equal(PacketLimits.MaxSize, packet.Length);
        Assert.Throws<ArgumentException>(() => Initiate(challenge, new byte[PacketLimits.MaxHandshakeMessageSize + 1], large));
    }

    private static Challenge ChallengeOf(Enr? known, byte idNonce = 1) =>
        new(Address(A), new PacketNonce(1, 1), known, Iv, Enumerable.Repeat(idNonce, 16).ToArray(), TimeSpan.MaxValue);

    private static (byte[] Packet, SessionKeys Keys) Initiate(Challenge challenge, byte[] message, Enr? record = null)
    {
        byte[] whoAreYou = new byte[PacketLimits.MinSize], packet = new byte[PacketLimits.MaxSize];
        challenge.Write(whoAreYou);
        Assert.True(PacketReader.TryRead(whoAreYou, A, new byte[PacketLimits.MaxHeaderSize], out PacketView view, out _));
        SessionKeys keys = Handshake.Initiate(
            Discv5Crypto.Instance, packet, KeyA, record ?? RecordOfA, KeyB.PublicKey, view, new Random(9), Iv, 77, message,
            out int written, out PacketNonce nonce);
        Assert.EndsWith("4d", nonce.ToString());
        return (packet[..written], keys);
    }

    /// <summary>A handshake from A's id with any record and ephemeral key, proved by any key, its message under a key of zeros.</summary>
    private static byte[] Forge(Challenge challenge, Secp256k1PrivateKey prover, byte[] record, byte[]? ephemeralKey = null)
    {
        if (ephemeralKey is null)
        {
            ephemeralKey = new byte[PacketLimits.EphemeralKeySize];
            KeyB.PublicKey.WriteCompressed(ephemeralKey);
        }

        byte[] signature = new byte[PacketLimits.IdSignatureSize], packet = new byte[PacketLimits.MaxSize];
        IdentityProof.Sign(Discv5Crypto.Instance, prover, challenge.Data, ephemeralKey, B, signature);
        HandshakeAuthData authData = new() { IdSignature = signature, EphemeralKey = ephemeralKey, Record = record };
        using MessageCipher cipher = new(new byte[16]);
        return packet[..PacketWriter.WriteHandshake(packet, B, A, Iv, default, authData, cipher, Text)];
    }

    private static bool TryAccept(
        byte[] datagram, Challenge challenge, out byte[] plaintext, out SessionKeys? keys, out Enr? record, out HandshakeError error)
    {
        byte[] buffer = new byte[PacketLimits.MaxSize];
        Assert.True(PacketReader.TryRead(datagram, B, new byte[PacketLimits.MaxHeaderSize], out PacketView packet, out _));
        bool accepted = Handshake.TryAccept(
            Discv5Crypto.Instance, packet, challenge, KeyB, buffer, out int written, out keys, out record, out error);
        plaintext = buffer[..written];
        return accepted;
    }

    private static void AssertRefused(HandshakeError expected, byte[] datagram, Challenge challenge)
    {
        bool accepted = TryAccept(
            datagram, challenge, out byte[] plaintext, out SessionKeys? keys, out Enr? record, out HandshakeError error);
        Assert.False(accepted);
        Assert.Equal(expected, error);
        Assert.Null(keys);
        Assert.Null(record);
        Assert.Empty(plaintext);
    }
}
