using Google.Protobuf;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Identity;

public sealed class PeerRecordTests : IDisposable
{
    private static readonly Multiaddr[] Addresses = [Multiaddr.Parse("/ip4/1.2.3.4/tcp/9222"), Multiaddr.Parse("/dns4/example.com/tcp/1")];
    private readonly KeyPair _signer = KeyVectors.Secp256k1();

    [Fact]
    public void A_sealed_record_is_what_the_oracle_reads()
    {
        EnvelopeMessage envelope = EnvelopeMessage.Parser.ParseFrom(PeerRecord.Seal(_signer, 7, Addresses));
        Assert.Equal(_signer.PublicKey.Encoded.ToArray(), envelope.PublicKey.ToByteArray());
        Assert.Equal([3, 1], envelope.PayloadType.ToByteArray());
        PeerRecordMessage record = PeerRecordMessage.Parser.ParseFrom(envelope.Payload);
        Assert.Equal(_signer.PeerId.Bytes.ToArray(), record.PeerId.ToByteArray());
        Assert.Equal(7UL, record.Seq);
        Assert.Equal(Addresses.Select(a => a.Bytes.ToArray()), record.Addresses.Select(a => a.Multiaddr.ToByteArray()));

        // wire.md 1.3: each part behind its length, the domain's being 0x12.
        byte[] signed = [0x12, .. "libp2p-peer-record"u8, 2, 3, 1, (byte)envelope.Payload.Length, .. envelope.Payload];
        Assert.True(_signer.PublicKey.Verify(signed, envelope.Signature.Span));
    }

    [Fact]
    public void A_record_opens_for_its_signer()
    {
        Assert.True(PeerRecord.TryOpen(PeerRecord.Seal(_signer, ulong.MaxValue, Addresses), out PeerRecord? record));
        Assert.Equal(_signer.PeerId, record.Peer);
        Assert.Equal(ulong.MaxValue, record.Sequence);
        Assert.Equal(Addresses, record.Addresses);
    }

    [Fact]
    public void A_record_of_another_peer_is_refused()
    {
        using KeyPair other = KeyVectors.Ed25519();
        byte[] foreign = Payload(other.PeerId);
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-record", [3, 1], foreign), out _));
        Assert.True(PeerRecord.TryOpen(SignedEnvelope.Seal(other, "libp2p-peer-record", [3, 1], foreign), out _));
    }

    [Fact]
    public void A_signature_of_another_key_is_refused()
    {
        using KeyPair other = KeyPair.GenerateSecp256k1();
        EnvelopeMessage envelope = EnvelopeMessage.Parser.ParseFrom(PeerRecord.Seal(other, 1, Addresses));
        envelope.PublicKey = PublicKeyMessage.Parser.ParseFrom(_signer.PublicKey.Encoded.Span);
        Assert.False(PeerRecord.TryOpen(envelope.ToByteArray(), out _));
    }

    [Fact]
    public void Another_domain_or_type_is_refused()
    {
        byte[] payload = Payload(_signer.PeerId);
        Assert.True(PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-record", [3, 1], payload), out _));
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-recorD", [3, 1], payload), out _));
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-record", [3, 2], payload), out _));
        Assert.False(PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-record", [], payload), out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_field_is_needed(int field)
    {
        EnvelopeMessage envelope = EnvelopeMessage.Parser.ParseFrom(PeerRecord.Seal(_signer, 1, Addresses));
        EnvelopeMessage.Descriptor.FindFieldByNumber(field).Accessor.Clear(envelope);
        Assert.False(PeerRecord.TryOpen(envelope.ToByteArray(), out _));
    }

    [Fact]
    public void A_record_without_a_peer_id_is_refused() => Assert.False(
        PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-record", [3, 1], new PeerRecordMessage { Seq = 1 }.ToByteArray()), out _));

    [Fact]
    public void Addresses_of_no_use_are_left_out()
    {
        PeerRecordMessage record = new() { PeerId = ByteString.CopyFrom(_signer.PeerId.Bytes.Span), Seq = 1 };
        foreach (byte[] address in (byte[][])[
            Addresses[0].WithPeerId(_signer.PeerId).Bytes.ToArray(),
            Addresses[0].WithPeerId(PeerId.Parse(KeyVectors.Ed25519Id)).Bytes.ToArray(),
            [0xff, 0x7f],
            [],
            Addresses[1].Bytes.ToArray()])
        {
            record.Addresses.Add(new PeerRecordMessage.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(address) });
        }

        Assert.True(PeerRecord.TryOpen(SignedEnvelope.Seal(_signer, "libp2p-peer-record", [3, 1], record.ToByteArray()), out PeerRecord? opened));
        Assert.Equal(Addresses, opened.Addresses);
    }

    [Fact]
    public void At_most_500_addresses_and_8_KiB()
    {
        Multiaddr small = Multiaddr.Parse("/ip4/1.2.3.4");
        Assert.True(PeerRecord.TryOpen(PeerRecord.Seal(_signer, 1, [.. Enumerable.Repeat(small, 600)]), out PeerRecord? record));
        Assert.Equal(500, record.Addresses.Count);
        Assert.False(PeerRecord.TryOpen(PeerRecord.Seal(_signer, 1, [.. Enumerable.Repeat(small, 1_000)]), out _));
    }

    [Fact]
    public void One_flipped_bit_anywhere_in_the_signed_parts_is_refused()
    {
        byte[] envelope = PeerRecord.Seal(_signer, 1, Addresses);
        Assert.DoesNotContain(Mutations.BitFlips(envelope), bytes => PeerRecord.TryOpen(bytes, out _));
        Assert.DoesNotContain(Mutations.Truncations(envelope), bytes => PeerRecord.TryOpen(bytes, out _));
    }

    [Fact]
    public void Mutated_records_never_throw()
    {
        byte[][] seeds = [Payload(_signer.PeerId)];
        Random random = new(8);
        int opened = 0;
        for (int i = 0; i < 300; i++)
        {
            // Signed after the damage, so that it reaches the reader of the record.
            byte[] payload = Mutations.Mutate(random, seeds);
            byte[] envelope = SignedEnvelope.Seal(_signer, "libp2p-peer-record", [3, 1], payload);
            opened += PeerRecord.TryOpen(envelope, out PeerRecord? record) ? 1 : 0;
            Assert.InRange(record?.Addresses.Count ?? 0, 0, payload.Length);
        }

        Assert.InRange(opened, 1, 299);
    }

    public void Dispose() => _signer.Dispose();

    private static byte[] Payload(PeerId peer) => new PeerRecordMessage
    {
        PeerId = ByteString.CopyFrom(peer.Bytes.Span),
        Seq = 1,
        Addresses = { new PeerRecordMessage.Types.AddressInfo { Multiaddr = ByteString.CopyFrom(Addresses[0].Bytes.Span) } },
    }.ToByteArray();
}
