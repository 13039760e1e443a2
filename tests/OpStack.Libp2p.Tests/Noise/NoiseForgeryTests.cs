using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Noise;

namespace OpStack.Libp2p.Tests.Noise;

/// <summary>Attack-cases row 17, by a false responder and by a false initiator, and bit flips on the way.</summary>
[Trait("Row", "17")]
public class NoiseForgeryTests
{
    public enum Forgery
    {
        TamperedSignature,
        EmptySignature,
        NoSignature,
        ForeignSignature,
        ForeignIdentityKey,
        OtherStaticKey,
        UnprefixedSignature,
        NoIdentityKey,
        UnreadableIdentityKey,
        EmptyPayload,
        MalformedPayload,
        TooManyMuxers,
    }

    public static TheoryData<Forgery, bool> Cases
    {
        get
        {
            TheoryData<Forgery, bool> cases = [];
            foreach (Forgery forgery in Enum.GetValues<Forgery>())
            {
                cases.Add(forgery, true);
                cases.Add(forgery, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_forged_identity_is_refused_and_never_named(Forgery forgery, bool byInitiator)
    {
        (byte[] payload, NoiseHandshakeError error) = Forge(forgery, byInitiator);
        using NoiseStaticKey key = new(byInitiator ? NoiseTestKeys.InitiatorStatic : NoiseTestKeys.ResponderStatic, payload);
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(byInitiator ? key : null);
        using NoiseHandshake responder = NoiseTestKeys.Responder(byInitiator ? null : key);
        Assert.True(NoiseTestKeys.Carry(initiator, responder));
        Assert.Equal(byInitiator, NoiseTestKeys.Carry(responder, initiator));
        if (byInitiator)
        {
            Assert.False(NoiseTestKeys.Carry(initiator, responder));
        }

        NoiseHandshakeTests.AssertRefused(byInitiator ? responder : initiator, error);
    }

    [Fact]
    public void A_flip_of_any_byte_of_the_first_message_breaks_the_second()
    {
        for (int i = 0; i < 32; i++)
        {
            using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder();
            Assert.True(NoiseTestKeys.Carry(initiator, responder, Flip(i)));
            Assert.False(NoiseTestKeys.Carry(responder, initiator));
            NoiseHandshakeTests.AssertRefused(initiator, NoiseHandshakeError.Decryption);
        }
    }

    [Fact]
    public void A_flip_of_any_byte_of_the_second_message_is_found()
    {
        for (int i = 0; i < 223; i++)
        {
            using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder();
            Assert.True(NoiseTestKeys.Carry(initiator, responder));
            Assert.False(NoiseTestKeys.Carry(responder, initiator, Flip(i)));
            NoiseHandshakeTests.AssertRefused(initiator, NoiseHandshakeError.Decryption);
        }
    }

    [Fact]
    public void A_flip_of_any_byte_of_the_third_message_is_found()
    {
        for (int i = 0; i < 184; i++)
        {
            using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder();
            Assert.True(NoiseTestKeys.Carry(initiator, responder));
            Assert.True(NoiseTestKeys.Carry(responder, initiator));
            Assert.False(NoiseTestKeys.Carry(initiator, responder, Flip(i)));
            NoiseHandshakeTests.AssertRefused(responder, NoiseHandshakeError.Decryption);
        }
    }

    [Fact]
    public void Truncated_and_overlong_messages_are_refused_at_every_length()
    {
        byte[][] messages = HonestMessages();
        for (int step = 0; step < messages.Length; step++)
        {
            int overhead = new[] { 32, 96, 64 }[step];
            for (int length = 0; length < messages[step].Length; length++)
            {
                AssertRefusedAt(step, messages[step][..length], length < overhead ? NoiseHandshakeError.MessageLength : NoiseHandshakeError.Decryption);
            }

            AssertRefusedAt(step, [.. messages[step], 0], step == 0 ? NoiseHandshakeError.MessageLength : NoiseHandshakeError.Decryption);
            AssertRefusedAt(step, new byte[overhead + NoiseLimits.MaxHandshakePayload + 1], NoiseHandshakeError.MessageLength);
            AssertRefusedAt(step, new byte[NoiseLimits.MaxMessage], NoiseHandshakeError.MessageLength);
        }
    }

    [Fact]
    public void A_message_of_another_step_is_refused()
    {
        byte[][] messages = HonestMessages();
        AssertRefusedAt(0, messages[1], NoiseHandshakeError.MessageLength);
        AssertRefusedAt(1, messages[0], NoiseHandshakeError.MessageLength);
        AssertRefusedAt(1, messages[2], NoiseHandshakeError.Decryption);
        AssertRefusedAt(2, messages[1], NoiseHandshakeError.Decryption);
    }

    [Fact]
    public void A_weak_ephemeral_key_is_refused_by_the_initiator() => AssertRefusedAt(1, new byte[96], NoiseHandshakeError.WeakKey);

    [Fact]
    public void A_weak_ephemeral_key_is_refused_by_the_responder()
    {
        using NoiseHandshake responder = NoiseTestKeys.Responder();
        Assert.True(responder.TryRead(new byte[32]));
        Assert.False(responder.TryWrite(new byte[NoiseHandshake.MaxMessage], out _));
        NoiseHandshakeTests.AssertRefused(responder, NoiseHandshakeError.WeakKey);
    }

    private static (byte[] Payload, NoiseHandshakeError Error) Forge(Forgery forgery, bool byInitiator)
    {
        using KeyPair identity = byInitiator ? NoiseTestKeys.InitiatorIdentity : NoiseTestKeys.ResponderIdentity;
        using KeyPair mallory = KeyPair.FromEd25519([.. Enumerable.Repeat((byte)9, 32)]);
        using NoiseStaticKey honest = NoiseStaticKey.Create(byInitiator ? NoiseTestKeys.InitiatorStatic : NoiseTestKeys.ResponderStatic, identity);
        byte[] bound = NoiseStaticKey.SignedBytes(honest.PublicKey);
        byte[] key = identity.PublicKey.Encoded.ToArray();
        byte[] signature = identity.Sign(bound);
        byte[] tampered = [.. signature];
        tampered[^1] ^= 1;
        byte[] muxers = [.. Enumerable.Repeat<byte[]>([0x12, 0x01, 0x61], NoiseLimits.MaxMuxers + 1).SelectMany(m => m)];
        return forgery switch
        {
            Forgery.TamperedSignature => (NoiseHandshakePayload.Encode(key, tampered), NoiseHandshakeError.IdentitySignature),
            Forgery.EmptySignature => (NoiseHandshakePayload.Encode(key, []), NoiseHandshakeError.IdentitySignature),
            Forgery.NoSignature => ([0x0a, (byte)key.Length, .. key], NoiseHandshakeError.IdentitySignature),
            Forgery.ForeignSignature => (NoiseHandshakePayload.Encode(key, mallory.Sign(bound)), NoiseHandshakeError.IdentitySignature),
            Forgery.ForeignIdentityKey =>
                (NoiseHandshakePayload.Encode(mallory.PublicKey.Encoded.Span, signature), NoiseHandshakeError.IdentitySignature),
            Forgery.OtherStaticKey =>
                (NoiseHandshakePayload.Encode(key, identity.Sign(NoiseStaticKey.SignedBytes(new byte[32]))), NoiseHandshakeError.IdentitySignature),
            Forgery.UnprefixedSignature =>
                (NoiseHandshakePayload.Encode(key, identity.Sign(honest.PublicKey)), NoiseHandshakeError.IdentitySignature),
            Forgery.NoIdentityKey => ([0x12, (byte)signature.Length, .. signature], NoiseHandshakeError.IdentityKey),
            Forgery.UnreadableIdentityKey => (NoiseHandshakePayload.Encode(key.AsSpan(0, key.Length - 1), signature), NoiseHandshakeError.IdentityKey),
            Forgery.EmptyPayload => ([], NoiseHandshakeError.IdentityKey),
            Forgery.MalformedPayload => ([.. honest.Payload.Span[..^1]], NoiseHandshakeError.MalformedPayload),
            Forgery.TooManyMuxers => (
                [.. NoiseHandshakePayload.Encode(key, signature), 0x22, (byte)(muxers.Length & 0x7f | 0x80), (byte)(muxers.Length >> 7), .. muxers],
                NoiseHandshakeError.TooManyMuxers),
            _ => throw new ArgumentOutOfRangeException(nameof(forgery)),
        };
    }

    private static Func<byte[], byte[]> Flip(int index) => message =>
    {
        message[index] ^= (byte)(1 << (index % 8));
        return message;
    };

    private static byte[][] HonestMessages()
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder();
        byte[] first = NoiseTestKeys.Write(initiator);
        Assert.True(responder.TryRead(first));
        byte[] second = NoiseTestKeys.Write(responder);
        Assert.True(initiator.TryRead(second));
        return [first, second, NoiseTestKeys.Write(initiator)];
    }

    private static void AssertRefusedAt(int step, byte[] message, NoiseHandshakeError error)
    {
        using NoiseHandshake initiator = NoiseTestKeys.Initiator(), responder = NoiseTestKeys.Responder();
        Assert.True(step < 1 || (step == 1 ? NoiseTestKeys.Write(initiator).Length > 0 : NoiseTestKeys.Carry(initiator, responder)));
        Assert.True(step < 2 || NoiseTestKeys.Carry(responder, initiator));
        NoiseHandshake receiver = step == 1 ? initiator : responder;
        Assert.False(receiver.TryRead(message));
        NoiseHandshakeTests.AssertRefused(receiver, error);
    }
}
