using OpStack.Libp2p.Gossipsub;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

public class RetainedFramesTests
{
    private readonly RetainedFrames _retained = new();

    [Fact]
    public async Task FindsAnEqualFrame()
    {
        RetainedFrames.Entry first = _retained.FindOrAdd(GossipFrame.Encode("a", new byte[1000]), out bool added);
        Assert.True(added);
        RetainedFrames.Entry second = _retained.FindOrAdd(GossipFrame.Encode("a", new byte[1000]), out added);
        Assert.False(added);
        Assert.Same(first, second);

        MessageId id = new([1, 2]);
        first.Complete(id);
        Assert.Equal(id, await second.Id);
    }

    [Fact]
    public void TopicLengthAndEveryByteCount()
    {
        byte[] data = new byte[1000];
        _retained.FindOrAdd(GossipFrame.Encode("a", data), out _);
        AssertNew("b", data);
        AssertNew("a", data[..999]);
        data[0] = 1;
        AssertNew("a", data);
        data[999] = 1;
        AssertNew("a", data);
    }

    [Fact]
    public void AReleasedFrameIsForgotten()
    {
        GossipFrame frame = GossipFrame.Encode("a", new byte[10]);
        _retained.FindOrAdd(frame, out _);
        frame.Release();
        AssertNew("a", new byte[10]);
    }

    [Fact]
    public void ComparesAtMostFourCandidates()
    {
        List<GossipFrame> frames = [.. Enumerable.Range(0, 5).Select(i => GossipFrame.Encode("a", [.. new byte[100], (byte)i]))];
        Assert.All(frames, frame =>
        {
            _retained.FindOrAdd(frame, out bool added);
            Assert.True(added);
        });

        AssertKnown([.. new byte[100], 1]);
        AssertKnown([.. new byte[100], 4]);
        AssertNew("a", [.. new byte[100], 0]);
    }

    [Fact]
    public void IsBounded()
    {
        for (int i = 0; i <= RpcLimits.RetainedFrames; i++)
        {
            AssertNew("a", BitConverter.GetBytes(i));
        }

        AssertKnown(BitConverter.GetBytes(1));
        AssertNew("a", BitConverter.GetBytes(0));
    }

    [Fact]
    public void OneOfManyAtOnceIsFirst()
    {
        int added = 0;
        Parallel.For(0, 64, _ =>
        {
            _retained.FindOrAdd(GossipFrame.Encode("a", new byte[50_000]), out bool isNew);
            Interlocked.Add(ref added, isNew ? 1 : 0);
        });
        Assert.Equal(1, added);
    }

    private void AssertNew(string topic, byte[] data)
    {
        _retained.FindOrAdd(GossipFrame.Encode(topic, data), out bool added);
        Assert.True(added);
    }

    private void AssertKnown(byte[] data)
    {
        _retained.FindOrAdd(GossipFrame.Encode("a", data), out bool added);
        Assert.False(added);
    }
}
