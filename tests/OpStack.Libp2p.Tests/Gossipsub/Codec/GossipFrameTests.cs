using Google.Protobuf;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Protos;

namespace OpStack.Libp2p.Tests.Gossipsub.Codec;

public class GossipFrameTests
{
    private const string Topic = "/optimism/10/3/blocks";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void EncodesWhatProtobufEncodes(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        RpcMessage oracle = new() { Publish = { new PublishMessage { Data = ByteString.CopyFrom(data), Topic = Topic } } };
        using MemoryStream expected = new();
        oracle.WriteDelimitedTo(expected);

        GossipFrame frame = GossipFrame.Encode(Topic, data);

        Assert.Equal(expected.ToArray(), frame.Bytes.ToArray());
        Assert.Equal(data, frame.Data.ToArray());
        frame.Release();
    }

    [Fact]
    public void EncodesUpToTheLimitAndNotBeyond()
    {
        int overhead = GossipFrame.Encode(Topic, new byte[4_000_000]).Length - 4_000_000 - 4;
        GossipFrame largest = GossipFrame.Encode(Topic, new byte[RpcLimits.MaxRpc - overhead]);
        Assert.Equal(RpcLimits.MaxRpc + 4, largest.Length);
        largest.Release();

        Assert.Throws<ArgumentException>(() => GossipFrame.Encode(Topic, new byte[RpcLimits.MaxRpc - overhead + 1]));
        Assert.Throws<ArgumentException>(() => GossipFrame.Encode("", [1]));
        Assert.Throws<ArgumentException>(() => GossipFrame.Encode(new string('t', RpcLimits.MaxTopicBytes + 1), [1]));
    }

    [Fact]
    public void LivesUntilTheLastRelease()
    {
        GossipFrame frame = GossipFrame.Encode(Topic, [1, 2, 3]);
        frame.Retain();
        frame.Release();
        Assert.Equal([1, 2, 3], frame.Data.ToArray());

        frame.Release();

        Assert.Throws<InvalidOperationException>(() => frame.Bytes);
        Assert.Throws<InvalidOperationException>(() => frame.Data);
        Assert.Throws<InvalidOperationException>(frame.Retain);
        Assert.False(frame.TryRetain());
    }

    [Fact]
    public void RefusesADoubleRelease()
    {
        GossipFrame frame = GossipFrame.Encode(Topic, [1]);
        frame.Release();
        Assert.Throws<InvalidOperationException>(frame.Release);
        Assert.Throws<InvalidOperationException>(frame.Release);
    }

    [Fact]
    public void CountsReferencesOfManyThreads()
    {
        GossipFrame frame = GossipFrame.Encode(Topic, [7]);
        Parallel.For(0, 10_000, _ =>
        {
            frame.Retain();
            Assert.Equal(7, frame.Data.Span[0]);
            frame.Release();
        });
        frame.Release();
        Assert.False(frame.TryRetain());
    }
}
