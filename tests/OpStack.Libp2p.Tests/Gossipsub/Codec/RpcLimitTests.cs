using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Protos;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Gossipsub.Codec;

/// <summary>attack-cases.md rows 9, 10 and 35 to 37, as far as the codec answers them.</summary>
public class RpcLimitTests
{
    [Fact]
    public void Row10_FourMegabytesOfSubscriptionsAreRefusedAtCount()
    {
        // 349,525 entries of 12 bytes.
        byte[] entry = RpcReaderTests.Field(1, [0x08, 1, .. RpcReaderTests.Field(2, "topic1"u8)]);
        Assert.Equal(12, entry.Length);
        byte[] frame = new byte[12 * 349_525];
        for (int i = 0; i < frame.Length; i += 12)
        {
            entry.CopyTo(frame, i);
        }

        bool read = true;
        RpcError error = RpcError.None;
        long allocated = Mutations.AllocatedBy(() => read = RpcReader.TryRead(frame, SampleRpc.Topics, out _, out error));

        Assert.False(read);
        Assert.Equal(RpcError.TooManySubscriptions, error);
        Assert.InRange(allocated, 0, 64 * 1024);
    }

    [Theory]
    [InlineData(100, (int)RpcError.None)]
    [InlineData(101, (int)RpcError.TooManySubscriptions)]
    public void BoundsSubscriptions(int count, int expected)
    {
        RpcMessage message = new();
        message.Subscriptions.AddRange(Enumerable.Repeat(new RpcMessage.Types.SubOpts { Subscribe = true, Topicid = "a" }, count));
        Assert.Equal((RpcError)expected, ErrorOf(message));
    }

    [Theory]
    [InlineData(500, (int)RpcError.None)]
    [InlineData(501, (int)RpcError.TooManyPublish)]
    public void BoundsPublishEntries(int count, int expected)
    {
        RpcMessage message = new();
        message.Publish.AddRange(Enumerable.Repeat(new PublishMessage { Topic = "a", Data = SampleRpc.Bytes(1) }, count));
        Assert.Equal((RpcError)expected, ErrorOf(message));
    }

    [Theory]
    [InlineData(300, (int)RpcError.None)]
    [InlineData(301, (int)RpcError.TooManyControlEntries)]
    public void BoundsControlEntries(int count, int expected)
    {
        ControlMessage control = new();
        control.Graft.AddRange(Enumerable.Repeat(new ControlGraft { TopicID = "a" }, count));
        Assert.Equal((RpcError)expected, ErrorOf(new RpcMessage { Control = control }));
    }

    [Fact]
    public void BoundsControlBytes()
    {
        ControlMessage control = new() { Iwant = { new ControlIWant { MessageIDs = { SampleRpc.Bytes(RpcLimits.MaxControlBytes) } } } };
        Assert.Equal(RpcError.TooMuchControl, ErrorOf(new RpcMessage { Control = control }));
    }

    [Fact]
    public void BoundsTheRpc() =>
        Assert.False(RpcReader.TryRead(new byte[RpcLimits.MaxRpc + 1], SampleRpc.Topics, out _, out _));

    [Fact]
    public void KeepsTheFirstIdsOnly()
    {
        ControlIHave ihave = new() { TopicID = "a" };
        ihave.MessageIDs.AddRange(Enumerable.Repeat(SampleRpc.Bytes(20), 3000));
        ControlIWant iwant = new();
        iwant.MessageIDs.AddRange(Enumerable.Repeat(SampleRpc.Bytes(20), 10_000));
        ControlIDontWant idontwant = new();
        idontwant.MessageIDs.AddRange(Enumerable.Repeat(SampleRpc.Bytes(20), 1001));
        RpcMessage message = new() { Control = new ControlMessage { Ihave = { ihave, ihave }, Iwant = { iwant }, Idontwant = { idontwant } } };

        Assert.True(RpcReader.TryRead(message.ToByteArray(), SampleRpc.Topics, out GossipRpc rpc, out _));

        Assert.Equal([3000, 2000], rpc.IHave.Select(i => i.Ids.Length));
        Assert.Equal(5000, rpc.IWant.Count);
        Assert.Equal(1000, rpc.IDontWant.Count);
    }

    [Fact]
    public void KeepsSixteenPeersOfAPrune()
    {
        ControlPrune prune = new() { TopicID = "a" };
        prune.Peers.AddRange(Enumerable.Range(0, 40).Select(i => new PeerInfoMessage { PeerID = ByteString.CopyFrom(SampleRpc.Peer((byte)i).Bytes.Span) }));
        prune.Peers.Insert(0, new PeerInfoMessage { PeerID = SampleRpc.Bytes(3) });
        prune.Peers.Insert(0, new PeerInfoMessage { PeerID = prune.Peers[1].PeerID, SignedPeerRecord = SampleRpc.Bytes(RpcLimits.MaxSignedPeerRecord + 1) });

        byte[] frame = new RpcMessage { Control = new ControlMessage { Prune = { prune } } }.ToByteArray();
        Assert.True(RpcReader.TryRead(frame, SampleRpc.Topics, out GossipRpc rpc, out _));

        Assert.Equal(Enumerable.Range(0, 16).Select(i => SampleRpc.Peer((byte)i)), Assert.Single(rpc.Prune).Peers.Select(p => p.Peer));
    }

    [Theory]
    [InlineData("0b0c")] // group
    [InlineData("0affffffffffffffffff01")] // length 2^64-1
    [InlineData("0affffffff0f")] // length past the end
    [InlineData("ffffffffffffffffffff01")] // varint of 11 bytes
    [InlineData("00")] // field 0
    [InlineData("0e")] // wire type 6
    [InlineData("120512ffffffff")] // nested length past the end
    [InlineData("1a031a0b0c")] // group within a graft's place
    public void Row9_MalformedIsRefused(string hex)
    {
        Assert.False(RpcReader.TryRead(Convert.FromHexString(hex), SampleRpc.Topics, out GossipRpc rpc, out RpcError error));
        Assert.Equal(RpcError.Malformed, error);
        Assert.False(rpc.HasControl);
    }

    private static RpcError ErrorOf(RpcMessage message)
    {
        RpcReader.TryRead(message.ToByteArray(), SampleRpc.Topics, out _, out RpcError error);
        return error;
    }
}
