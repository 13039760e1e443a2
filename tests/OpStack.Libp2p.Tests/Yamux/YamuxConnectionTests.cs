using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>One connection against a peer that does what it likes.</summary>
public class YamuxConnectionTests
{
    [Fact]
    public async Task BytesOnTheWire()
    {
        await using RawPeer peer = new(isInitiator: true);
        await peer.ExpectStartAsync();
        YamuxStream stream = await peer.Victim.OpenStreamAsync(default);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1, 0);
        await stream.WriteAsync(100);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 100);
        await stream.WriteAsync(7);
        await stream.CloseWriteAsync(default);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 7);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, 1, 0);
        await stream.DisposeAsync();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 1, 0);
    }

    [Fact]
    public async Task AStreamThatBothFinishedIsDisposedSilently()
    {
        await using RawPeer peer = new();
        await peer.ExpectStartAsync();
        await peer.SendAsync(Data(1, 5, YamuxFlags.Syn | YamuxFlags.Fin));
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1, 0);
        YamuxStream stream = (await peer.Victim.AcceptStreamAsync(default))!;
        Assert.Equal(5, (await stream.ReadToEndAsync()).Length);
        await stream.CloseWriteAsync(default);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Fin, 1, 0);
        await stream.DisposeAsync();
        await peer.SendAsync(Frame(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 9));
        await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 9);
        Assert.Equal(0, peer.Victim.InboundStreams);
    }

    [Fact]
    public async Task WritesStopAtTheWindowAndGoOnWithCredit()
    {
        await using RawPeer peer = new(isInitiator: true, capacity: 1 << 20);
        await peer.ExpectStartAsync();
        YamuxStream stream = await peer.Victim.OpenStreamAsync(default);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1, 0);
        Task write = stream.WriteAsync(300_000);
        long received = 0;
        while (received < YamuxLimits.InitialWindow)
        {
            YamuxHeader frame = await peer.ReceiveAsync();
            Assert.InRange(frame.Length, 1u, (uint)YamuxLimits.MaxSendBody);
            received += frame.Length;
        }

        Assert.Equal(YamuxLimits.InitialWindow, received);
        Assert.False(write.IsCompleted);
        await peer.SendAsync(Window(1, 1));
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 1);
        await peer.SendAsync(Window(1, 100_000));
        await write.WaitAsync(YamuxPair.HangGuard);
    }

    [Fact]
    [Trait("Row", "24")]
    public async Task AViolationIsAnsweredWithGoAwayAndEndsEverything()
    {
        await using RawPeer peer = new();
        await peer.ExpectStartAsync();
        await peer.SendAsync(Syn(1));
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1, 0);
        YamuxStream stream = (await peer.Victim.AcceptStreamAsync(default))!;
        Task<int> read = stream.ReadOnceAsync();
        await peer.SendAsync(Syn(2));
        await peer.ExpectAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, 1);
        await read.FailsAsync(Libp2pError.ConnectionClosed);
        await peer.EndAsync();
        YamuxEnd end = await peer.ClosedAsync();
        Assert.Equal((YamuxCloseReason.ProtocolViolation, YamuxViolation.Parity), (end.Reason, end.Violation));
        Assert.Null(await peer.Victim.AcceptStreamAsync(default));
    }

    [Theory]
    [InlineData(0u, YamuxCloseReason.ClosedByPeer)]
    [InlineData(1u, YamuxCloseReason.GoAwayByPeer)]
    [InlineData(77u, YamuxCloseReason.GoAwayByPeer)]
    internal async Task GoAwayOfThePeer(uint code, YamuxCloseReason expected)
    {
        await using RawPeer peer = new(isInitiator: true);
        await peer.ExpectStartAsync();
        YamuxStream stream = await peer.Victim.OpenStreamAsync(default);
        await peer.SendAsync(Frame(YamuxFrameType.GoAway, YamuxFlags.None, 0, code), Data(1, 3));
        if (code == 0)
        {
            Assert.Equal(3, (await stream.ReadExactlyAsync(3)).Length);
            await peer.Victim.OpenStreamAsync(default).AsTask().FailsAsync(Libp2pError.ConnectionClosed);
            await peer.EndAsync();
        }

        Assert.Equal(expected, (await peer.ClosedAsync()).Reason);
    }

    [Fact]
    public async Task ClosingFlushesSaysGoAwayAndWaitsForThePeersEnd()
    {
        await using RawPeer peer = new(isInitiator: true);
        await peer.ExpectStartAsync();
        YamuxStream stream = await peer.Victim.OpenStreamAsync(default);
        await stream.WriteAsync(1000);
        Task close = peer.Victim.CloseAsync(YamuxGoAwayCode.Normal, default).AsTask();
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1, 0);
        await peer.ExpectAsync(YamuxFrameType.Data, YamuxFlags.None, 1, 1000);
        await peer.ExpectAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, 0);
        Assert.False(close.IsCompleted);
        await peer.EndAsync();
        await close.WaitAsync(YamuxPair.HangGuard);
        Assert.Equal(YamuxCloseReason.ClosedLocally, peer.Victim.CloseReason!.Reason);
    }

    [Fact]
    public async Task ClosingIsBoundedIfThePeerNeitherReadsNorEnds()
    {
        await using RawPeer peer = new(isInitiator: true, capacity: 64);
        YamuxStream stream = await peer.Victim.OpenStreamAsync(default);
        await stream.WriteAsync(10_000);
        Task close = peer.Victim.CloseAsync(YamuxGoAwayCode.Normal, default).AsTask();
        await AdvanceUntilAsync(peer, close);
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task KeepAliveEndsASilentPeer()
    {
        await using RawPeer peer = new();
        await peer.ExpectStartAsync();
        await peer.SendAsync(Frame(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 0));
        await RawPeer.UntilAsync(() => peer.Victim.Rtt is not null);
        peer.Time.Advance(YamuxLimits.KeepAliveInterval);
        Task second = peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1);
        await RawPeer.UntilAsync(() =>
        {
            // By so little that whatever the machine is busy with, the ping is not lost before it is seen.
            peer.Time.Advance(TimeSpan.FromTicks(1));
            return second.IsCompleted;
        });
        await second;
        await AdvanceUntilAsync(peer, peer.Victim.Completion);
        Assert.Equal(YamuxCloseReason.KeepAliveTimeout, (await peer.ClosedAsync()).Reason);
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task APeerThatDoesNotReadIsDroppedByTheWriteDeadline()
    {
        await using RawPeer peer = new(isInitiator: true, capacity: 4096, options: new YamuxOptions { KeepAliveInterval = TimeSpan.FromHours(1), PingTimeout = TimeSpan.FromHours(1) });
        YamuxStream stream = await peer.Victim.OpenStreamAsync(default);
        Task write = stream.WriteAsync(200_000);
        await AdvanceUntilAsync(peer, peer.Victim.Completion);
        await write.FailsAsync(Libp2pError.ConnectionClosed);
        Assert.Equal(YamuxCloseReason.WriteTimeout, (await peer.ClosedAsync()).Reason);
    }

    [Fact]
    [Trait("Row", "25")]
    public async Task StreamsThatNobodyAcceptsAreRefusedBeyondTheLimit()
    {
        await using RawPeer peer = new(options: new YamuxOptions { MaxInboundStreams = 2 });
        await peer.ExpectStartAsync();
        await peer.SendAsync(Syn(1), Syn(3), Syn(5));
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1, 0);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 3, 0);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, 5, 0);
        await peer.SendAsync(Window(1, 0, YamuxFlags.Rst));
        Assert.Equal(3u, (await AcceptAfterResetAsync(peer))!.Id);
    }

    [Fact]
    [Trait("Row", "25")]
    public async Task RapidResetEndsTheConnection()
    {
        await using RawPeer peer = new(capacity: 1 << 20);
        Task flood = Task.Run(async () =>
        {
            for (uint i = 0; i < 100_000; i++)
            {
                await peer.SendAsync(Syn(1 + (2 * i)), Window(1 + (2 * i), 0, YamuxFlags.Rst));
            }
        });
        Assert.Equal(YamuxViolation.ResetFlood, (await peer.ClosedAsync()).Violation);
        await Assert.ThrowsAsync<Libp2pException>(() => flood.WaitAsync(YamuxPair.HangGuard));
        await peer.Victim.DisposeAsync();
        Assert.Equal(0, peer.Pool.Outstanding);
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task PingsAreSharedAndLimited()
    {
        await using RawPeer peer = new();
        Task<TimeSpan>[] pings = [.. Enumerable.Range(0, 40).Select(_ => peer.Victim.PingAsync(default).AsTask())];
        await RawPeer.UntilAsync(() => pings.Count(p => p.IsFaulted) == 8);
        peer.Time.Advance(TimeSpan.FromMilliseconds(25));
        await peer.SendAsync(Frame(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 0));
        foreach (Task<TimeSpan> ping in pings)
        {
            if (ping.IsFaulted)
            {
                await ping.FailsAsync(Libp2pError.LimitReached);
            }
            else
            {
                Assert.Equal(TimeSpan.FromMilliseconds(25), await ping.WaitAsync(YamuxPair.HangGuard));
            }
        }

        Assert.Equal(TimeSpan.FromMilliseconds(25), peer.Victim.Rtt);
    }

    [Fact]
    public async Task TheTransportMayEndAtAnyByte()
    {
        byte[] all = [.. Data(1, 20, YamuxFlags.Syn), .. Window(1, 9), .. Syn(3), .. Data(3, 30, YamuxFlags.Fin)];
        for (int length = 0; length <= all.Length; length++)
        {
            await using RawPeer peer = new();
            await peer.SendAsync(all[..length]);
            await peer.EndAsync();
            Assert.Equal(YamuxCloseReason.ClosedByPeer, (await peer.ClosedAsync()).Reason);
            int streams = 0;
            while (await peer.Victim.AcceptStreamAsync(default) is { } stream)
            {
                int expected = stream.Id == 1 ? Math.Clamp(length - 12, 0, 20) : Math.Clamp(length - 68, 0, 30);
                Assert.Equal(expected, stream.Buffered);
                await stream.DisposeAsync();
                streams++;
            }

            Assert.Equal(length < 12 ? 0 : length < 56 ? 1 : 2, streams);
            await peer.Victim.DisposeAsync();
            Assert.Equal(0, peer.Pool.Outstanding);
        }
    }

    [Fact]
    public void OptionsNameTheWrongSetting()
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(new YamuxOptions { MaxWindow = 1000 }.Validate);
        Assert.Equal(nameof(YamuxOptions.MaxWindow), e.ParamName);
        YamuxOptions.Default.Validate();
    }

    private static async Task<YamuxStream?> AcceptAfterResetAsync(RawPeer peer)
    {
        await peer.SendAsync(Frame(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 1));
        await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 1);
        return await peer.Victim.AcceptStreamAsync(default);
    }

    /// <summary>Virtual seconds pass until <paramref name="task"/> is done; the pauses only let other threads see them.</summary>
    private static async Task AdvanceUntilAsync(RawPeer peer, Task task)
    {
        for (int i = 0; i < 3_000 && !task.IsCompleted; i++)
        {
            peer.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        await task.WaitAsync(YamuxPair.HangGuard);
    }
}
