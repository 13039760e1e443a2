using System.Net;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Sessions;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Sessions;

public sealed class SessionTests
{
    private static readonly byte[] Iv = new byte[PacketLimits.MaskingIvSize];
    private static readonly byte[] Text = "hello"u8.ToArray();

    [Fact]
    public void What_one_side_encrypts_the_other_opens()
    {
        (Session a, Session b) = Pair(1);
        Assert.Equal(Text, Open(b, Send(a, B, A)));
        Assert.Equal(Text, Open(a, Send(b, A, B)));
        Assert.Null(Open(a, Send(a, B, A)));
    }

    [Fact]
    public void Messages_of_another_session_do_not_open()
    {
        (Session a, _) = Pair(1);
        (_, Session b) = Pair(2);
        Assert.Null(Open(b, Send(a, B, A)));
    }

    [Fact]
    public void Nonces_never_repeat_even_if_the_random_part_does()
    {
        (Session a, _) = Pair(1);
        HashSet<PacketNonce> nonces = [];
        byte[] destination = new byte[PacketLimits.MaxSize];
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(a.TryEncrypt(A, Iv, 7, Text, destination, out _, out PacketNonce nonce));
            Assert.True(nonces.Add(nonce));
        }
    }

    [Fact]
    public void A_nonce_is_the_count_big_endian_before_the_random_part()
    {
        using SessionKeys keys = new(new MessageCipher(new byte[16]), new MessageCipher(new byte[16]), sent: 258);
        Assert.True(keys.TryNextNonce(0x1122334455667788, out PacketNonce nonce));
        Assert.Equal("000001021122334455667788", nonce.ToString());
        byte[] bytes = new byte[PacketLimits.NonceSize];
        nonce.Write(bytes);
        Assert.Equal("000001021122334455667788", Convert.ToHexStringLower(bytes));
        Assert.Equal(nonce, new PacketNonce(bytes));
    }

    [Fact]
    public void A_key_whose_nonces_are_used_up_encrypts_no_more()
    {
        SessionKeys keys = new(new MessageCipher(new byte[16]), new MessageCipher(new byte[16]), sent: uint.MaxValue);
        using Session session = new(Address(B), keys, TimeSpan.Zero);
        byte[] destination = new byte[PacketLimits.MaxSize];
        Assert.True(session.TryEncrypt(A, Iv, 1, Text, destination, out _, out PacketNonce nonce));
        Assert.StartsWith("ffffffff", nonce.ToString());
        Assert.False(session.TryEncrypt(A, Iv, 1, Text, destination, out _, out _));
        Assert.False(session.TryEncrypt(A, Iv, 1, Text, destination, out _, out _));
    }

    [Fact]
    public void The_old_keys_open_what_is_still_sent_under_them_and_are_used_again()
    {
        (Session a, Session b) = Pair(1);
        byte[] before = Send(b, A, B);
        a.Rekey(Keys(2).Initiator, TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), a.EstablishedAt);

        // b never had the handshake: it cannot read a until a has heard from it under the old keys.
        Assert.Null(Open(b, Send(a, B, A)));
        Assert.Equal(Text, Open(a, before));
        Assert.Equal(Text, Open(b, Send(a, B, A)));
    }

    [Fact]
    public void New_keys_that_work_stay_in_place()
    {
        (Session a, Session b) = Pair(1);
        (SessionKeys initiator, SessionKeys recipient) = Keys(2);
        a.Rekey(initiator, TimeSpan.Zero);
        b.Rekey(recipient, TimeSpan.Zero);
        Assert.Equal(Text, Open(b, Send(a, B, A)));
        Assert.Equal(Text, Open(a, Send(b, A, B)));

        using Session onlyNew = new(Address(A), Keys(2).Recipient, TimeSpan.Zero);
        Assert.Equal(Text, Open(onlyNew, Send(a, B, A)));
    }

    [Fact]
    public void Bytes_that_no_key_opens_change_nothing()
    {
        (Session a, Session b) = Pair(1);
        byte[] before = Send(b, A, B);
        a.Rekey(Keys(2).Initiator, TimeSpan.Zero);
        byte[] garbage = [.. before];
        garbage[^1] ^= 1;
        for (int i = 0; i < 3; i++)
            Assert.Null(Open(a, garbage));
        Assert.Equal(Text, Open(a, before));
    }

    [Fact]
    public void Two_handshakes_at_once_leave_both_sides_readable()
    {
        (Session a, Session b) = Pair(1);
        (SessionKeys fromA, SessionKeys fromAAtB) = Keys(2);
        (SessionKeys fromB, SessionKeys fromBAtA) = Keys(3, initiatorIsA: false);
        a.Rekey(fromA, TimeSpan.Zero);
        b.Rekey(fromB, TimeSpan.Zero);
        a.Rekey(fromBAtA, TimeSpan.Zero);
        b.Rekey(fromAAtB, TimeSpan.Zero);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Text, Open(b, Send(a, B, A)));
            Assert.Equal(Text, Open(a, Send(b, A, B)));
        }
    }

    internal static NodeAddress Address(NodeId id, int port = 9000) => new(id, new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>The keys of one handshake, by initiator and recipient.</summary>
    internal static (SessionKeys Initiator, SessionKeys Recipient) Keys(byte seed, bool initiatorIsA = true)
    {
        byte[] challengeData = new byte[PacketLimits.ChallengeDataSize];
        challengeData[0] = seed;
        using var ephemeral = Key(Enumerable.Repeat(seed, 32).ToArray());
        (NodeId from, NodeId to, var identity) = initiatorIsA ? (A, B, KeyB) : (B, A, KeyA);
        byte[] secret = new byte[PacketLimits.SecretSize];
        ephemeral.Agree(identity.PublicKey, secret);
        return (SessionKeys.ForInitiator(Discv5Crypto.Instance, secret, from, to, challengeData),
            SessionKeys.ForRecipient(Discv5Crypto.Instance, secret, to, from, challengeData));
    }

    private static (Session A, Session B) Pair(byte seed)
    {
        (SessionKeys initiator, SessionKeys recipient) = Keys(seed);
        return (new Session(Address(B), initiator, TimeSpan.Zero), new Session(Address(A), recipient, TimeSpan.Zero));
    }

    private static byte[] Send(Session session, NodeId to, NodeId from)
    {
        byte[] destination = new byte[PacketLimits.MaxSize];
        Assert.Equal(to, session.Remote.NodeId);
        Assert.True(session.TryEncrypt(from, Iv, 99, Text, destination, out int written, out _));
        return destination[..written];
    }

    /// <summary>The plaintext, or null when it does not open.</summary>
    private static byte[]? Open(Session session, byte[] datagram)
    {
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize], plaintext = new byte[PacketLimits.MaxSize];
        if (!PacketReader.TryRead(datagram, A, scratch, out PacketView packet, out _))
            Assert.True(PacketReader.TryRead(datagram, B, scratch, out packet, out _));
        return session.TryDecrypt(packet, plaintext, out int written) ? plaintext[..written] : null;
    }
}
