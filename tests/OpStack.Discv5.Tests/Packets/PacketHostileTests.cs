using System.Buffers.Binary;
using OpStack.Discv5.Packets;
using OpStack.P2P.TestKit;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Packets;

public sealed class PacketHostileTests
{
    private static readonly byte[] Ping = Named("Ping message packet (flag 0)").Packet;
    private static readonly byte[] WhoAreYou = Named("WHOAREYOU packet (flag 1)").Packet;
    private static readonly byte[] Handshake = Named("Ping handshake packet (flag 2)").Packet;
    private static readonly byte[] HandshakeWithRecord = Named("Ping handshake message packet (flag 2, with ENR)").Packet;

    [Theory]
    [InlineData(0, PacketError.Size)]
    [InlineData(46, PacketError.Size)]
    [InlineData(62, PacketError.Size)]
    [InlineData(63, PacketError.ProtocolId)]
    [InlineData(1280, PacketError.ProtocolId)]
    [InlineData(1281, PacketError.Size)]
    [InlineData(65507, PacketError.Size)]
    internal void Random_bytes_are_no_packet(int size, PacketError expected)
    {
        byte[] datagram = new byte[size];
        new Random(51).NextBytes(datagram);
        AssertRefused(expected, datagram);
    }

    [Fact]
    public void A_packet_to_another_node_is_none()
    {
        Assert.False(PacketReader.TryRead(Ping, A, new byte[PacketLimits.MaxHeaderSize], out _, out PacketError error));
        Assert.Equal(PacketError.ProtocolId, error);
    }

    [Theory]
    [InlineData(0, 0x65, PacketError.ProtocolId)]
    [InlineData(6, 0x01, PacketError.Version)]
    [InlineData(7, 0x00, PacketError.Version)]
    [InlineData(7, 0x02, PacketError.Version)]
    [InlineData(8, 0x03, PacketError.Flag)]
    [InlineData(8, 0xff, PacketError.Flag)]
    [InlineData(8, 0x01, PacketError.AuthDataSize)]
    [InlineData(8, 0x02, PacketError.AuthDataSize)]
    [InlineData(21, 0xff, PacketError.AuthDataSize)]
    [InlineData(22, 31, PacketError.AuthDataSize)]
    [InlineData(22, 33, PacketError.AuthDataSize)]
    [InlineData(22, 0, PacketError.AuthDataSize)]
    internal void Every_field_of_the_static_header_is_checked(int offset, byte value, PacketError expected) =>
        AssertRefused(expected, WithHeaderByte(Ping, offset, value));

    [Theory]
    [InlineData(23 + 32, 63)]
    [InlineData(23 + 32, 65)]
    [InlineData(23 + 33, 32)]
    [InlineData(23 + 33, 34)]
    public void Signatures_and_keys_of_a_handshake_have_their_size(int offset, byte value)
    {
        AssertRefused(PacketError.HandshakeSizes, WithHeaderByte(Handshake, offset, value));
        AssertRefused(PacketError.HandshakeSizes, WithHeaderByte(HandshakeWithRecord, offset, value));
    }

    [Theory]
    [InlineData(130, PacketError.AuthDataSize)]
    [InlineData(131 + 300, PacketError.None)]
    [InlineData(131 + 301, PacketError.AuthDataSize)]
    [InlineData(65535, PacketError.AuthDataSize)]
    internal void A_handshake_has_room_for_a_record_and_no_more(int authDataSize, PacketError expected)
    {
        byte[] large = new byte[PacketLimits.MaxSize];
        Handshake.CopyTo(large, 0);
        byte[] packet = WithHeader(large, header => BinaryPrimitives.WriteUInt16BigEndian(header[21..], (ushort)authDataSize));
        AssertRefused(expected, packet);
    }

    [Fact]
    public void A_WHOAREYOU_carries_no_message() => AssertRefused(PacketError.MessageSize, [.. WhoAreYou, 0]);

    [Fact]
    public void A_message_is_at_least_a_tag()
    {
        AssertRefused(PacketError.None, Ping[..(16 + 55 + 16)]);
        AssertRefused(PacketError.MessageSize, Ping[..(16 + 55 + 15)]);
    }

    [Fact]
    public void No_packet_cut_short_decrypts()
    {
        using MessageCipher ping = new(Named("Ping message packet (flag 0)").Bytes("read-key"));
        using MessageCipher handshake = new(Named("Ping handshake message packet (flag 2, with ENR)").Bytes("read-key"));
        Assert.All(Mutations.Truncations(Ping), packet => AssertNotOpened(packet, ping));
        Assert.All(Mutations.Truncations(HandshakeWithRecord), packet => AssertNotOpened(packet, handshake));
        Assert.All(Mutations.Truncations(WhoAreYou), packet => AssertRefused(PacketError.Size, packet));
    }

    [Fact]
    public void No_packet_with_one_bit_changed_decrypts()
    {
        using MessageCipher ping = new(Named("Ping message packet (flag 0)").Bytes("read-key"));
        Assert.All(Mutations.BitFlips(Ping), packet => AssertNotOpened(packet, ping));
    }

    [Fact]
    public void Damaged_packets_neither_throw_nor_allocate()
    {
        byte[][] seeds = [Ping, WhoAreYou, Handshake, HandshakeWithRecord];
        byte[] scratch = new byte[PacketLimits.MaxHeaderSize];
        using HeaderMask mask = new(B);
        Random random = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = Mutations.Mutate(random, seeds);
            Assert.Equal(0, Mutations.AllocatedBy(() => ReadAll(damaged, mask, scratch)));
        }
    }

    [Fact]
    public void A_datagram_is_not_changed_by_reading_it()
    {
        byte[] copy = [.. HandshakeWithRecord];
        AssertRefused(PacketError.None, copy);
        Assert.Equal(HandshakeWithRecord, copy);
    }

    [Fact]
    public void The_mask_counts_as_one_number_of_128_bits()
    {
        byte[] iv = Enumerable.Repeat((byte)0xff, 16).ToArray();
        byte[] whole = new byte[200], parts = new byte[200];
        using HeaderMask mask = new(B);
        mask.Apply(iv, whole);
        for (int offset = 0; offset < parts.Length; offset += 7)
            mask.Apply(iv, parts.AsSpan(offset, Math.Min(7, parts.Length - offset)), offset);
        Assert.Equal(whole, parts);

        // The second block of this counter is the first block of the counter zero.
        byte[] zero = new byte[16];
        mask.Apply(new byte[16], zero);
        Assert.Equal(zero, whole[16..32]);
    }

    [Fact]
    public void A_writer_refuses_what_does_not_fit()
    {
        using MessageCipher cipher = new(new byte[16]);
        byte[] destination = new byte[2000], iv = new byte[16];
        int length = PacketWriter.WriteMessage(destination, B, A, iv, default, cipher, new byte[PacketLimits.MaxMessageSize]);
        Assert.Equal(PacketLimits.MaxSize, length);
        Assert.Throws<ArgumentException>(
            () => PacketWriter.WriteMessage(destination, B, A, iv, default, cipher, new byte[PacketLimits.MaxMessageSize + 1]));
        Assert.Throws<ArgumentException>(
            () => PacketWriter.WriteMessage(destination, B, A, new byte[15], default, cipher, new byte[1]));
        Assert.Throws<ArgumentException>(
            () => PacketReader.TryRead(Ping, B, new byte[PacketLimits.MaxHeaderSize - 1], out _, out _));
    }

    [Fact]
    public void A_random_packet_reads_as_a_message()
    {
        byte[] destination = new byte[PacketLimits.MaxSize];
        PacketNonce nonce = new(1, 2);
        int length = PacketWriter.WriteRandom(destination, B, A, new byte[16], nonce, new byte[PacketLimits.RandomMessageSize]);
        PacketView packet = PacketVectorTests.Read(destination[..length]);
        Assert.Equal(A, packet.Source);
        Assert.Equal(nonce, packet.Nonce);
        Assert.Equal(PacketLimits.RandomMessageSize, packet.Message.Length);
    }

    private static void ReadAll(byte[] datagram, HeaderMask mask, byte[] scratch)
    {
        if (!PacketReader.TryRead(datagram, mask, scratch, out PacketView packet, out _))
            return;
        _ = packet.Nonce;
        _ = packet.Flag switch
        {
            PacketFlag.WhoAreYou => packet.EnrSequence > 0,
            PacketFlag.Handshake => packet.Source == A && packet.Record.IsEmpty && packet.EphemeralKey[0] == packet.IdSignature[0],
            _ => packet.Source == A,
        };
    }

    private static void AssertNotOpened(byte[] datagram, MessageCipher cipher)
    {
        if (PacketReader.TryRead(datagram, B, new byte[PacketLimits.MaxHeaderSize], out PacketView packet, out _))
            Assert.False(cipher.TryDecrypt(packet.Nonce, packet.Message, packet.AssociatedData, new byte[1280], out _));
    }

    private static void AssertRefused(PacketError expected, byte[] datagram)
    {
        bool read = PacketReader.TryRead(datagram, B, new byte[PacketLimits.MaxHeaderSize], out _, out PacketError error);
        Assert.Equal(expected, error);
        Assert.Equal(expected == PacketError.None, read);
    }

    private static byte[] WithHeaderByte(byte[] packet, int offset, byte value) => WithHeader(packet, header => header[offset] = value);

    private static byte[] WithHeader(byte[] packet, HeaderChange change)
    {
        byte[] changed = [.. packet];
        Span<byte> header = changed.AsSpan(PacketLimits.MaskingIvSize, packet.Length < Handshake.Length ? 23 + 32 : 23 + 131);
        using HeaderMask mask = new(B);
        mask.Apply(changed.AsSpan(0, 16), header);
        change(header);
        mask.Apply(changed.AsSpan(0, 16), header);
        return changed;
    }

    private delegate void HeaderChange(Span<byte> header);
}
