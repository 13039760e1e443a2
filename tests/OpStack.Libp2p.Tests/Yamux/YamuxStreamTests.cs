using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>What a stream promises its user.</summary>
public class YamuxStreamTests
{
    [Fact]
    public async Task ACancelledReadLosesNothing()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        for (int i = 0; i < 200; i++)
        {
            using CancellationTokenSource cancel = new();
            Task<int> read = b.ReadAsync(new byte[10], cancel.Token).AsTask();
            Task write = i % 2 == 0 ? Task.Run(() => a.WriteAsync(10, (byte)i)) : Task.CompletedTask;
            cancel.Cancel();
            int got = 0;
            try
            {
                got = await read.WaitAsync(YamuxPair.HangGuard);
            }
            catch (OperationCanceledException)
            {
            }

            await write;
            if (i % 2 == 0)
            {
                await b.ReadExactlyAsync(10 - got);
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => b.ReadAsync(new byte[1], new CancellationToken(true)).AsTask());
    }

    [Fact]
    public async Task ACancelledWriteThatSentNothingLeavesTheStream()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        await a.WriteAsync((int)YamuxLimits.InitialWindow);
        using CancellationTokenSource cancel = new();
        Task write = a.WriteAsync(new byte[100], cancel.Token).AsTask();
        Assert.False(write.IsCompleted);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(YamuxPair.HangGuard));
        await b.ReadExactlyAsync((int)YamuxLimits.InitialWindow);
        await a.WriteAsync(5, 42);
        Assert.All(await b.ReadExactlyAsync(5), x => Assert.Equal(42, x));
    }

    [Fact]
    public async Task ACancelledWriteThatSentAPartResetsTheStream()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        using CancellationTokenSource cancel = new();
        Task write = a.WriteAsync(new byte[1_000_000], cancel.Token).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(YamuxPair.HangGuard));
        await a.WriteAsync(1).FailsAsync(Libp2pError.StreamReset);
        await RawPeer.UntilAsync(() => b.IsReset);
        await b.ReadOnceAsync().FailsAsync(Libp2pError.StreamReset);
    }

    [Fact]
    public async Task WritingAfterCloseWriteIsAMistake()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, _) = await pair.OpenAsync();
        await a.CloseWriteAsync(default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => a.WriteAsync(1));
    }

    [Fact]
    public async Task WhatCameBeforeTheFinIsReadAfterAReset()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        await b.WriteAsync(5000);
        await b.CloseWriteAsync(default);
        await b.DisposeAsync();
        await RawPeer.UntilAsync(() => a.IsReset);
        Assert.Equal(5000, (await a.ReadToEndAsync()).Length);
        await a.WriteAsync(1).FailsAsync(Libp2pError.StreamReset);
        await a.CloseWriteAsync(default);
    }

    [Fact]
    public async Task WhatArrivedIsReadAfterTheConnectionEnded()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        (YamuxStream c, YamuxStream d) = await pair.OpenAsync();
        await a.WriteAsync(3000);
        await c.WriteAsync(2000);
        await c.CloseWriteAsync(default);
        await pair.A.CloseAsync(YamuxGoAwayCode.Normal, default);
        await pair.B.Completion.WaitAsync(YamuxPair.HangGuard);
        await b.ReadExactlyAsync(3000);
        Libp2pException[] closed = [await Assert.ThrowsAsync<Libp2pException>(() => a.ReadOnceAsync()), await Assert.ThrowsAsync<Libp2pException>(() => b.ReadOnceAsync())];
        Assert.Equal([(Libp2pError.ConnectionClosed, true), (Libp2pError.ConnectionClosed, false)], closed.Select(e => (e.Error, e.IsLocal)));
        Assert.Equal(2000, (await d.ReadToEndAsync()).Length);
    }

    [Fact]
    [Trait("Row", "27")]
    public async Task AStalledReaderHoldsAtMostItsWindow()
    {
        await using YamuxPair pair = new();
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        Task write = a.WriteAsync(5_000_000);
        await RawPeer.UntilAsync(() => b.Buffered == YamuxLimits.InitialWindow);
        (YamuxStream c, YamuxStream d) = await pair.OpenAsync();
        Task other = c.WriteAsync(2_000_000);
        await d.ReadExactlyAsync(2_000_000);
        await other;
        Assert.Equal((int)YamuxLimits.InitialWindow, b.Buffered);
        Assert.False(write.IsCompleted);
        await b.ReadExactlyAsync(5_000_000);
        await write.WaitAsync(YamuxPair.HangGuard);
    }

    [Fact]
    public async Task AnIdleStreamLivesOn()
    {
        FakeTimeProvider time = new();
        await using YamuxPair pair = new(time: time);
        (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
        for (int i = 0; i < 100; i++)
        {
            // Every ping is answered before its 10 s have passed: the next second comes only after a round trip.
            time.Advance(TimeSpan.FromSeconds(9));
            await pair.A.PingAsync(default).AsTask().WaitAsync(YamuxPair.HangGuard);
            await pair.B.PingAsync(default).AsTask().WaitAsync(YamuxPair.HangGuard);
        }

        await a.WriteAsync(5);
        Assert.Equal(5, (await b.ReadExactlyAsync(5)).Length);
    }

    [Fact]
    public async Task IdleConnectionsAndStreamsHoldNoBuffer()
    {
        await using YamuxPair pair = new();
        List<YamuxStream> streams = [];
        for (int i = 0; i < 50; i++)
        {
            (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
            Task write = a.WriteAsync(200_000);
            await b.ReadExactlyAsync(200_000);
            await write;
            streams.AddRange([a, b]);
        }

        await RawPeer.UntilAsync(() => pair.Pool.Outstanding == 0);
        Assert.Equal(50, pair.A.OutboundStreams);
        streams.ForEach(s => s.Abort());
        await RawPeer.UntilAsync(() => pair.A.OutboundStreams + pair.B.InboundStreams == 0);
    }
}
