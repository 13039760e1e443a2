using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Readers that stand still (attack-cases.md row 27): they cost their own window and nothing of the others'.</summary>
[Trait("Row", "27")]
public class YamuxStalledReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task What_crosses_while_readers_stand_still_is_the_others_data(int stalled)
    {
        const int Payload = 8_000_000;
        await using YamuxPair pair = new();
        List<(YamuxStream Writer, YamuxStream Reader, Task Write)> still = [];
        for (int i = 0; i < stalled; i++)
        {
            (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
            still.Add((a, b, a.WriteAsync(5_000_000)));
        }

        await RawPeer.UntilAsync(() => still.All(s => s.Reader.Buffered == YamuxLimits.InitialWindow));
        long before = pair.B.BytesReceived;
        (YamuxStream writer, YamuxStream reader) = await pair.OpenAsync();
        Task write = writer.WriteAsync(Payload);
        await reader.ReadExactlyAsync(Payload);
        await write.WaitAsync(YamuxPair.HangGuard);

        // At least 90 % was asked for; but for headers it is all.
        Assert.InRange(pair.B.BytesReceived - before, Payload, Payload * 101L / 100);
        Assert.All(still, s => Assert.Equal((int)YamuxLimits.InitialWindow, s.Reader.Buffered));
        Assert.All(still, s => Assert.False(s.Write.IsCompleted));

        // Besides the bytes themselves, a segment that is not full per reader, and a batch and a read of each side.
        long window = YamuxLimits.InitialWindow, others = 4 * YamuxLimits.LargeRead;
        Assert.InRange(pair.Pool.OutstandingBytes, stalled * window, (stalled * (window + YamuxLimits.MaxSegment)) + others);
        still.ForEach(s => s.Reader.Abort());
        foreach ((_, _, Task blocked) in still)
        {
            await blocked.FailsAsync(Libp2pError.StreamReset);
        }
    }

    [Fact]
    public async Task A_reader_that_takes_one_byte_at_a_time_gets_no_credit_before_half_a_window()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        Task write = a.WriteAsync(1_000_000);
        await RawPeer.UntilAsync(() => b.Buffered == YamuxLimits.InitialWindow);
        long sent = pair.B.BytesSent;
        for (int i = 1; i < 1000; i++)
        {
            Assert.Equal(1, await b.ReadAsync(new byte[1], default));
            Assert.Equal((int)YamuxLimits.InitialWindow - i, b.Buffered);
        }

        Assert.Equal(sent, pair.B.BytesSent);
        b.Abort();
        await write.FailsAsync(Libp2pError.StreamReset);
    }

    [Fact]
    public async Task Bytes_are_counted_per_stream_and_per_connection()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        (YamuxStream c, YamuxStream d) = await pair.OpenAsync();
        await Task.WhenAll(a.WriteAsync(100_000), d.WriteAsync(7));
        await b.ReadExactlyAsync(100_000);
        await c.ReadExactlyAsync(7);
        Assert.Equal((100_000, 0, 0, 7), (a.BytesSent, a.BytesReceived, c.BytesSent, c.BytesReceived));
        Assert.Equal((0, 100_000, 7, 0), (b.BytesSent, b.BytesReceived, d.BytesSent, d.BytesReceived));
        await a.DisposeAsync();
        await RawPeer.UntilAsync(() => b.IsReset);
        Assert.Equal((100_000, 100_000), (a.BytesSent, b.BytesReceived));
        Assert.InRange(pair.B.BytesReceived, 100_000 + (6 * YamuxHeader.Size), 101_000);
        await RawPeer.UntilAsync(() => pair.A.BytesSent == pair.B.BytesReceived);
    }

    [Fact]
    public async Task A_read_into_nothing_waits_until_there_is_something()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        Task<int> wait = b.ReadAsync(Memory<byte>.Empty, default).AsTask();
        Assert.False(wait.IsCompleted);
        await a.WriteAsync(3);
        Assert.Equal(0, await wait.WaitAsync(YamuxPair.HangGuard));
        Assert.Equal(0, await b.ReadAsync(Memory<byte>.Empty, default));
        Assert.Equal(3, b.Buffered);
        await b.ReadExactlyAsync(3);
        wait = b.ReadAsync(Memory<byte>.Empty, default).AsTask();
        await a.CloseWriteAsync(default);
        Assert.Equal(0, await wait.WaitAsync(YamuxPair.HangGuard));
        wait = a.ReadAsync(Memory<byte>.Empty, default).AsTask();
        b.Abort();
        await wait.FailsAsync(Libp2pError.StreamReset);
    }
}
