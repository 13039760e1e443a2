using Google.Protobuf;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.Libp2p.Tests.Identity;
using OpStack.P2P.TestKit;
using Oracle = OpStack.Libp2p.Tests.Protos.IdentifyMessage;
using Ours = OpStack.Libp2p.Identify.IdentifyMessage;

namespace OpStack.Libp2p.Tests.Identify;

public sealed class IdentifyMessageTests : IDisposable
{
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/1.2.3.4/tcp/9222");
    private static readonly Multiaddr Observed = Multiaddr.Parse("/ip4/5.6.7.8/tcp/1");
    private readonly KeyPair _sender = KeyVectors.Secp256k1();

    [Fact]
    public void Ours_is_what_the_oracle_writes_and_reads_back()
    {
        ReadOnlyMemory<byte> record = PeerRecord.Seal(_sender, 1, [Address]);
        byte[] message = new IdentifyContent(_sender.PublicKey.Encoded, [Address], ["/a", "/b"], Observed, "ipfs/0.1.0", "opstack-dotnet", record).Encode();

        Oracle oracle = Valid();
        oracle.SignedPeerRecord = ByteString.CopyFrom(record.Span);
        Assert.Equal(oracle.ToByteArray(), message);

        Ours read = Read(message);
        IdentifyInfo info = read.ToInfo(null);
        Assert.Equal(("opstack-dotnet", "ipfs/0.1.0", Observed), (info.AgentVersion, info.ProtocolVersion, info.ObservedAddress));
        Assert.Equal(["/a", "/b"], info.Protocols);
        Assert.Equal([Address], info.ListenAddresses);
        Assert.False(read.HasForeignKey);
        Assert.Equal(1UL, read.Record!.Sequence);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(75, true)]
    [InlineData(250, false)]
    [InlineData(2_000, false)]
    public void Ours_never_exceeds_4096_bytes(int addressCount, bool holdsRecord)
    {
        Multiaddr[] addresses = [.. Enumerable.Range(0, addressCount).Select(i => Multiaddr.Parse($"/ip4/10.0.{i / 256}.{i % 256}/tcp/9222"))];
        byte[] message = new IdentifyContent(_sender.PublicKey.Encoded, addresses, ["/a"], null, "", "", PeerRecord.Seal(_sender, 1, addresses)).Encode();
        Assert.InRange(message.Length, 1, 4096);
        Oracle oracle = Oracle.Parser.ParseFrom(message);
        Assert.Equal(holdsRecord, oracle.HasSignedPeerRecord);
        Assert.Equal(["/a"], oracle.Protocols);
        Assert.Equal(addresses.Take(oracle.ListenAddrs.Count).Select(a => a.Bytes.ToArray()), oracle.ListenAddrs.Select(a => a.ToByteArray()));
        Assert.Equal(Math.Min(addressCount, oracle.ListenAddrs.Count), oracle.ListenAddrs.Count);
        Assert.True(oracle.ListenAddrs.Count == addressCount || message.Length > 4096 - 20);
    }

    [Fact]
    public void Protocols_go_last_and_endless_versions_are_our_fault()
    {
        string[] protocols = [.. Enumerable.Range(0, 1_000).Select(i => $"/protocol/{i}")];
        byte[] message = new IdentifyContent(_sender.PublicKey.Encoded, [Address], protocols, null, "", "", null).Encode();
        Oracle oracle = Oracle.Parser.ParseFrom(message);
        Assert.Empty(oracle.ListenAddrs);
        Assert.Equal(protocols.Take(oracle.Protocols.Count), oracle.Protocols);
        Assert.InRange(message.Length, 4_000, 4_096);
        Assert.Throws<InvalidOperationException>(() => new IdentifyContent(_sender.PublicKey.Encoded, [], [], null, "", new string('x', 4_096), null).Encode());
    }

    [Fact]
    public void Several_messages_merge()
    {
        Oracle first = Valid(), second = new() { AgentVersion = "later" };
        second.Protocols.Add("/c");
        Ours message = new(_sender.PeerId);
        Assert.True(message.TryMerge(first.ToByteArray()));
        Assert.True(message.TryMerge(second.ToByteArray()));
        IdentifyInfo info = message.ToInfo(null);
        Assert.Equal(["/a", "/b", "/c"], info.Protocols);
        Assert.Equal(("later", "ipfs/0.1.0"), (info.AgentVersion, info.ProtocolVersion));
        first.MergeFrom(second);
        Assert.Equal(first.Protocols, info.Protocols);
    }

    [Fact]
    public void What_a_push_leaves_out_stays_as_it_was()
    {
        IdentifyInfo before = Read(Valid().ToByteArray()).ToInfo(null);
        IdentifyInfo after = Read(new Oracle { Protocols = { "/new" } }.ToByteArray()).ToInfo(before);
        Assert.Equal(["/new"], after.Protocols);
        Assert.Equal((before.AgentVersion, before.ProtocolVersion, before.ObservedAddress), (after.AgentVersion, after.ProtocolVersion, after.ObservedAddress));
        Assert.Equal(before.ListenAddresses, after.ListenAddresses);
    }

    [Fact]
    public void The_senders_own_record_replaces_unsigned_addresses()
    {
        Oracle message = Valid();
        message.SignedPeerRecord = ByteString.CopyFrom(PeerRecord.Seal(_sender, 5, [Observed]));
        Assert.Equal([Observed], Read(message.ToByteArray()).ToInfo(null).ListenAddresses);
    }

    [Fact]
    [Trait("Row", "29")]
    public void The_record_of_another_peer_is_dropped()
    {
        using KeyPair other = KeyPair.GenerateEd25519();
        Oracle message = Valid();
        message.SignedPeerRecord = ByteString.CopyFrom(PeerRecord.Seal(other, 5, [Observed]));
        Ours read = Read(message.ToByteArray());
        Assert.Null(read.Record);
        Assert.Equal([Address], read.ToInfo(null).ListenAddresses);
    }

    [Fact]
    public void A_damaged_record_is_dropped_alone()
    {
        Oracle message = Valid();
        byte[] record = PeerRecord.Seal(_sender, 5, [Observed]);
        record[^1] ^= 1;
        message.SignedPeerRecord = ByteString.CopyFrom(record);
        Ours read = Read(message.ToByteArray());
        Assert.Null(read.Record);
        Assert.Equal([Address], read.ToInfo(null).ListenAddresses);
    }

    [Fact]
    [Trait("Row", "29")]
    public void A_foreign_public_key_is_noticed_and_ignored()
    {
        Oracle message = Valid();
        message.PublicKey = ByteString.CopyFrom(Convert.FromHexString(KeyVectors.Ed25519Public));
        Ours read = Read(message.ToByteArray());
        Assert.True(read.HasForeignKey);
        Assert.Equal("opstack-dotnet", read.ToInfo(null).AgentVersion);
    }

    [Fact]
    [Trait("Row", "29")]
    public void Addresses_of_no_use_and_protocols_that_are_no_text_are_left_out()
    {
        Oracle message = Valid();
        message.ListenAddrs.Add(ByteString.CopyFrom(0xff, 0x7f));
        message.ListenAddrs.Add(ByteString.CopyFrom(Observed.WithPeerId(PeerId.Parse(KeyVectors.Ed25519Id)).Bytes.Span));
        message.ListenAddrs.Add(ByteString.CopyFrom(Observed.WithPeerId(_sender.PeerId).Bytes.Span));
        message.ObservedAddr = ByteString.CopyFrom(0xff);
        message.Protocols.Add("/with\ncontrol");
        message.Protocols.Add("/" + new string('x', 1_024));
        byte[] notUtf8 = [.. message.ToByteArray(), 0x1a, 2, 0xc3, 0x28];
        IdentifyInfo info = Read(notUtf8).ToInfo(null);
        Assert.Equal([Address, Observed], info.ListenAddresses);
        Assert.Null(info.ObservedAddress);
        Assert.Equal(["/a", "/b"], info.Protocols);
    }

    [Fact]
    [Trait("Row", "29")]
    public void Versions_are_cut_and_cleaned()
    {
        IdentifyInfo info = Read(new Oracle { AgentVersion = "a\r\n\u001b[31m" + new string('\u20ac', 5_00), ProtocolVersion = new string('x', 8_000) }.ToByteArray()).ToInfo(null);
        Assert.StartsWith("a   [31m\u20ac", info.AgentVersion);
        Assert.Equal(256, info.AgentVersion.Length);
        Assert.Equal(256, info.ProtocolVersion.Length);
    }

    [Fact]
    [Trait("Row", "29")]
    public void Ten_thousand_protocols_and_addresses_are_capped()
    {
        Oracle flood = new();
        flood.Protocols.Add(Enumerable.Range(0, 10_000).Select(i => $"/{i}"));
        flood.ListenAddrs.Add(Enumerable.Repeat(ByteString.CopyFrom(Address.Bytes.Span), 10_000));
        byte[] bytes = flood.ToByteArray();
        Ours message = new(_sender.PeerId);
        Assert.True(message.TryMerge(bytes));
        IdentifyInfo info = message.ToInfo(null);
        Assert.Equal(1_024, info.Protocols.Count);
        Assert.Equal(500, info.ListenAddresses.Count);

        // Once the caps are reached, more costs no memory.
        Assert.InRange(Mutations.AllocatedBy(() => Assert.True(message.TryMerge(bytes))), 0, 1_024);
    }

    [Fact]
    public void A_proper_prefix_is_refused_unless_it_ends_between_fields()
    {
        byte[] valid = Valid().ToByteArray();
        int accepted = Mutations.Truncations(valid).Count(bytes => new Ours(_sender.PeerId).TryMerge(bytes));
        Assert.Equal(7, accepted); // Nothing, and behind each of the seven fields but the last.
    }

    [Fact]
    [Trait("Row", "29")]
    public void Mutated_messages_never_throw_and_stay_bounded()
    {
        Oracle signed = Valid();
        signed.SignedPeerRecord = ByteString.CopyFrom(PeerRecord.Seal(_sender, 5, [Observed]));
        byte[][] seeds = [Valid().ToByteArray(), signed.ToByteArray()];
        Random random = new(9);
        int accepted = 0;
        long most = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = Mutations.Mutate(random, seeds);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Ours message = new(_sender.PeerId);
            accepted += message.TryMerge(bytes) ? 1 : 0;
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            IdentifyInfo info = message.ToInfo(null);
            Assert.InRange(info.AgentVersion.Length, 0, 256);
        }

        Assert.InRange(accepted, 500, 19_500);
        Assert.InRange(most, 1, 64 * 1024);
    }

    public void Dispose() => _sender.Dispose();

    private Ours Read(byte[] message)
    {
        Ours read = new(_sender.PeerId);
        Assert.True(read.TryMerge(message));
        read.Complete();
        return read;
    }

    private Oracle Valid() => new()
    {
        PublicKey = ByteString.CopyFrom(_sender.PublicKey.Encoded.Span),
        ListenAddrs = { ByteString.CopyFrom(Address.Bytes.Span) },
        Protocols = { "/a", "/b" },
        ObservedAddr = ByteString.CopyFrom(Observed.Bytes.Span),
        ProtocolVersion = "ipfs/0.1.0",
        AgentVersion = "opstack-dotnet",
    };
}
