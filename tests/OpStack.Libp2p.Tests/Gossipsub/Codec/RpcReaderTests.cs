using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Protos;

namespace OpStack.Libp2p.Tests.Gossipsub.Codec;

public class RpcReaderTests
{
    [Fact]
    public void ReadsEveryPart()
    {
        byte[] frame = SampleRpc.Full().ToByteArray();

        Assert.True(RpcReader.TryRead(frame, SampleRpc.Topics, out GossipRpc rpc, out RpcError error));

        Assert.Equal(RpcError.None, error);
        Assert.Equal([new SubscriptionEntry("a", true), new SubscriptionEntry("b", false)], rpc.Subscriptions);
        PublishEntry publish = Assert.Single(rpc.Publish);
        Assert.Equal(("a", false, false), (publish.Topic, publish.HasSignature, publish.HasAuthInfo));
        Assert.Equal([9, 8, 7], frame.AsSpan(publish.DataOffset, publish.DataLength).ToArray());
        IHave ihave = Assert.Single(rpc.IHave);
        Assert.Equal("a", ihave.Topic);
        Assert.Equal([SampleRpc.Id(1), SampleRpc.Id(2)], ihave.Ids);
        Assert.Equal([SampleRpc.Id(3)], rpc.IWant);
        Assert.Equal(["a", "b"], rpc.Graft);
        Prune prune = Assert.Single(rpc.Prune);
        Assert.Equal(("b", TimeSpan.FromSeconds(60)), (prune.Topic, prune.Backoff));
        Assert.Equal([SampleRpc.Peer(1), SampleRpc.Peer(2)], prune.Peers.Select(p => p.Peer));
        Assert.Equal([5, 5], prune.Peers[0].SignedPeerRecord);
        Assert.Null(prune.Peers[1].SignedPeerRecord);
        Assert.Equal([SampleRpc.Id(4), SampleRpc.Id(5)], rpc.IDontWant);
    }

    [Fact]
    public void ReadsAnEmptyRpc()
    {
        Assert.True(RpcReader.TryRead([], SampleRpc.Topics, out GossipRpc rpc, out _));
        Assert.False(rpc.HasControl);
        Assert.Empty(rpc.Subscriptions);
        Assert.Empty(rpc.Publish);
    }

    [Theory]
    [InlineData(true, false, false, false, false, true)]
    [InlineData(false, true, false, false, false, true)]
    [InlineData(false, false, true, false, false, true)]
    [InlineData(false, false, false, true, true, false)]
    [InlineData(false, false, false, false, false, false)]
    public void SeesFieldsThatArePresentAndEmpty(bool from, bool seqno, bool key, bool signature, bool hasSignature, bool hasAuthInfo)
    {
        PublishMessage message = new() { Data = ByteString.CopyFrom(1), Topic = "a" };
        _ = (from && (message.From = ByteString.Empty) != null, seqno && (message.Seqno = ByteString.Empty) != null);
        _ = (key && (message.Key = ByteString.Empty) != null, signature && (message.Signature = ByteString.Empty) != null);

        Assert.True(RpcReader.TryRead(new RpcMessage { Publish = { message } }.ToByteArray(), SampleRpc.Topics, out GossipRpc rpc, out _));

        PublishEntry entry = Assert.Single(rpc.Publish);
        Assert.Equal((hasSignature, hasAuthInfo), (entry.HasSignature, entry.HasAuthInfo));
    }

    [Fact]
    public void DropsEntriesOfUnknownTopics()
    {
        RpcMessage message = new()
        {
            Subscriptions = { new RpcMessage.Types.SubOpts { Subscribe = true, Topicid = "x" }, new RpcMessage.Types.SubOpts { Subscribe = true } },
            Publish = { new PublishMessage { Data = ByteString.CopyFrom(1), Topic = "x" }, new PublishMessage { Data = ByteString.CopyFrom(1) } },
            Control = new ControlMessage
            {
                Ihave = { new ControlIHave { TopicID = "x", MessageIDs = { ByteString.CopyFrom(1) } } },
                Graft = { new ControlGraft { TopicID = "x" }, new ControlGraft() },
                Prune = { new ControlPrune { TopicID = "x" }, new ControlPrune() },
            },
        };

        Assert.True(RpcReader.TryRead(message.ToByteArray(), SampleRpc.Topics, out GossipRpc rpc, out _));

        Assert.False(rpc.HasControl);
        Assert.Empty(rpc.Subscriptions);
        Assert.Empty(rpc.Publish);
    }

    [Fact]
    public void DropsIdsThatAreEmptyOrTooLong()
    {
        ControlMessage control = new()
        {
            Iwant = { new ControlIWant { MessageIDs = { ByteString.Empty, SampleRpc.Bytes(33), SampleRpc.Bytes(64), SampleRpc.Bytes(32), SampleRpc.Bytes(1) } } },
        };

        Assert.True(RpcReader.TryRead(new RpcMessage { Control = control }.ToByteArray(), SampleRpc.Topics, out GossipRpc rpc, out _));

        Assert.Equal([32, 1], rpc.IWant.Select(id => id.Length));
    }

    [Theory]
    [InlineData(ulong.MaxValue, 3600)]
    [InlineData((ulong)long.MaxValue - 1_000_000, 3600)]
    [InlineData(3601ul, 3600)]
    [InlineData(3600ul, 3600)]
    [InlineData(1ul, 1)]
    [InlineData(0ul, null)]
    [InlineData(null, null)]
    public void ClampsTheBackoffOfAPrune(ulong? sent, int? read)
    {
        ControlPrune prune = new() { TopicID = "a" };
        if (sent is not null)
        {
            prune.Backoff = sent.Value;
        }

        byte[] frame = new RpcMessage { Control = new ControlMessage { Prune = { prune } } }.ToByteArray();
        Assert.True(RpcReader.TryRead(frame, SampleRpc.Topics, out GossipRpc rpc, out _));

        Assert.Equal(read is null ? null : TimeSpan.FromSeconds(read.Value), Assert.Single(rpc.Prune).Backoff);
    }

    [Fact]
    public void TheLastOfASingularFieldWins()
    {
        byte[] twoTopics = [.. Field(4, "a"u8), .. Field(2, [1]), .. Field(4, "b"u8), .. Field(2, [2, 3])];
        byte[] frame = Field(2, twoTopics);

        Assert.True(RpcReader.TryRead(frame, SampleRpc.Topics, out GossipRpc rpc, out _));
        PublishEntry entry = Assert.Single(rpc.Publish);
        Assert.Equal("b", entry.Topic);
        Assert.Equal([2, 3], frame.AsSpan(entry.DataOffset, entry.DataLength).ToArray());

        Assert.True(RpcReader.TryRead(Field(2, [.. Field(4, "a"u8), .. Field(4, "x"u8)]), SampleRpc.Topics, out rpc, out _));
        Assert.Empty(rpc.Publish);
    }

    [Fact]
    public void MergesControlThatComesInParts()
    {
        byte[] one = Field(3, Field(3, Field(1, "a"u8))), two = Field(3, Field(3, Field(1, "b"u8)));
        Assert.True(RpcReader.TryRead([.. one, .. two], SampleRpc.Topics, out GossipRpc rpc, out _));
        Assert.Equal(["a", "b"], rpc.Graft);
    }

    [Fact]
    public void SkipsUnknownFieldsAndForeignWireTypes()
    {
        byte[] megabyte = Field(10, new byte[1 << 20]);
        byte[] subscription = [.. Field(2, "a"u8), 0x08, 1, 0x18, 0, 0x20, 0];
        byte[] frame = [.. megabyte, 0x08, 1, 0x0d, 1, 2, 3, 4, 0x09, 1, 2, 3, 4, 5, 6, 7, 8, .. Field(1, subscription)];

        Assert.True(RpcReader.TryRead(frame, SampleRpc.Topics, out GossipRpc rpc, out _));
        Assert.Equal([new SubscriptionEntry("a", true)], rpc.Subscriptions);
    }

    internal static byte[] Field(int number, ReadOnlySpan<byte> value)
    {
        using MemoryStream bytes = new();
        using CodedOutputStream output = new(bytes);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
        output.Flush();
        return bytes.ToArray();
    }
}
