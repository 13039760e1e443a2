using OpStack.Libp2p.Gossipsub;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

public class PeerSendQueueTests
{
    private static readonly GossipRpc Graft = new() { Graft = { "a" } };

    [Fact]
    public async Task ControlGoesFirst()
    {
        using PeerSendQueue queue = Opened();
        queue.TryEnqueue(Frame(1), default, out _);
        queue.TryEnqueue(Frame(2), default, out _);
        queue.TryEnqueue(Graft, out _);

        Assert.Same(Graft, (await TakeAsync(queue)).Control);
        Assert.Equal(1, (await TakeAsync(queue)).Frame!.Data.Span[0]);
        Assert.Equal(2, (await TakeAsync(queue)).Frame!.Data.Span[0]);
        Assert.Equal((0, 0L), (queue.Count, queue.Bytes));
    }

    [Fact]
    public void HoldsNoMoreThanItsEntries()
    {
        using PeerSendQueue queue = Opened();
        GossipFrame last = Frame(0);
        for (int i = 0; i < RpcLimits.SendQueueEntries; i++)
        {
            Assert.True(queue.TryEnqueue(Frame(1), default, out _));
        }

        Assert.False(queue.TryEnqueue(last, default, out bool isFull));
        Assert.True(isFull);
        Assert.False(last.TryRetain());
        Assert.Equal(RpcLimits.SendQueueEntries, queue.Count);
    }

    [Fact]
    public void HoldsNoMoreThanItsBytes()
    {
        using PeerSendQueue queue = Opened();
        Assert.True(queue.TryEnqueue(GossipFrame.Encode("a", new byte[8_000_000]), default, out _));
        Assert.True(queue.TryEnqueue(GossipFrame.Encode("a", new byte[8_000_000]), default, out _));
        Assert.False(queue.TryEnqueue(GossipFrame.Encode("a", new byte[1_000_000]), default, out _));
        Assert.True(queue.TryEnqueue(Frame(1), default, out _));
        Assert.InRange(queue.Bytes, 16_000_000, RpcLimits.SendQueueBytes);
    }

    [Fact]
    public async Task TheEntryBeingWrittenCounts()
    {
        using PeerSendQueue queue = Opened();
        queue.TryEnqueue(GossipFrame.Encode("a", new byte[10_000_000]), default, out _);
        SendEntry writing = await queue.DequeueAsync(default);
        Assert.False(queue.TryEnqueue(GossipFrame.Encode("a", new byte[10_000_000]), default, out _));

        queue.Complete(writing);
        Assert.True(queue.TryEnqueue(GossipFrame.Encode("a", new byte[10_000_000]), default, out _));
    }

    [Fact]
    public async Task ControlTakesTheRoomOfTheOldestMessage()
    {
        using PeerSendQueue queue = Opened();
        GossipFrame oldest = Frame(0);
        queue.TryEnqueue(oldest, default, out _);
        for (int i = 1; i < RpcLimits.SendQueueEntries; i++)
        {
            queue.TryEnqueue(Frame(1), default, out _);
        }

        Assert.True(queue.TryEnqueue(Graft, out int dropped));
        Assert.Equal(1, dropped);
        Assert.False(oldest.TryRetain());
        Assert.Same(Graft, (await TakeAsync(queue)).Control);
        Assert.Equal(1, (await TakeAsync(queue)).Frame!.Data.Span[0]);
    }

    [Fact]
    public void ControlIsRefusedOnlyWhenControlFillsTheQueue()
    {
        using PeerSendQueue queue = Opened();
        for (int i = 0; i < RpcLimits.SendQueueEntries; i++)
        {
            Assert.True(queue.TryEnqueue(Graft, out _));
        }

        Assert.False(queue.TryEnqueue(Graft, out _));
    }

    [Fact]
    public async Task ClosingReleasesAllAndAnOldStreamDoesNotOpenItAgain()
    {
        using PeerSendQueue queue = Opened();
        GossipFrame waiting = Frame(1);
        queue.TryEnqueue(waiting, default, out _);

        queue.Close(1);

        Assert.False(waiting.TryRetain());
        Assert.False(queue.TryEnqueue(Frame(1), default, out bool isFull));
        Assert.False(isFull);
        Assert.False(queue.TryEnqueue(Graft, out _));
        queue.Open(1);
        Assert.False(queue.TryEnqueue(Graft, out _));
        queue.Open(2);
        Assert.True(queue.TryEnqueue(Graft, out _));
        Assert.Same(Graft, (await TakeAsync(queue)).Control);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task WaitsForAnEntry()
    {
        using PeerSendQueue queue = Opened();
        Task<SendEntry> taking = queue.DequeueAsync(default).AsTask();
        Assert.False(taking.IsCompleted);
        queue.TryEnqueue(Frame(3), default, out _);
        SendEntry entry = await taking.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(3, entry.Frame!.Data.Span[0]);
        queue.Complete(entry);
        Assert.False(entry.Frame.TryRetain());
    }

    private static PeerSendQueue Opened()
    {
        PeerSendQueue queue = new();
        queue.Open(1);
        return queue;
    }

    private static GossipFrame Frame(byte content) => GossipFrame.Encode("a", [content]);

    private static async Task<SendEntry> TakeAsync(PeerSendQueue queue)
    {
        SendEntry entry = await queue.DequeueAsync(default);
        entry.Frame?.Retain();
        queue.Complete(entry);
        return entry;
    }

    [Fact]
    public void A_message_that_is_not_wanted_any_more_leaves_the_queue()
    {
        using PeerSendQueue queue = new();
        queue.Open(1);
        MessageId unwanted = new([1]), wanted = new([2]);
        GossipFrame first = Frame(1), second = Frame(2), third = Frame(3);
        Assert.True(queue.TryEnqueue(first, unwanted, out _));
        Assert.True(queue.TryEnqueue(second, wanted, out _));
        Assert.True(queue.TryEnqueue(third, unwanted, out _));
        Assert.Equal(2, queue.Cancel(unwanted));
        Assert.Equal((1, (long)second.Length), (queue.Count, queue.Bytes));
        Assert.False(first.TryRetain());
        Assert.False(third.TryRetain());
        Assert.Equal(0, queue.Cancel(unwanted));
    }
}
