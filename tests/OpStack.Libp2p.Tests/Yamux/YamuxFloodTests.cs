using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Peers that ask without end and take no answer (attack-cases.md rows 25 and 26): what waits for them is counted in frames and bytes.</summary>
public class YamuxFloodTests
{
    /// <summary>The largest read there is, and what may be under way in the test's pipe.</summary>
    private const long TakenAtMost = 2 * YamuxLimits.LargeRead;

    [Fact]
    [Trait("Row", "25")]
    public async Task Streams_finished_and_reset_before_we_accept_them_hold_none_of_the_256_places()
    {
        WindowBudget windows = new(YamuxLimits.MaxReceiveBudget);
        await using RawPeer peer = new(windows: windows);
        await peer.ExpectStartAsync();
        uint id = 1;
        for (int i = 0; i < YamuxLimits.MaxInboundStreams; i++, id += 2)
        {
            await peer.SendAsync(Data(id, 1, YamuxFlags.Syn | YamuxFlags.Fin), Window(id, 0, YamuxFlags.Rst));
            await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, id, 0);
        }

        Task<YamuxStream?> next = peer.Victim.AcceptStreamAsync(default).AsTask();
        await RawPeer.UntilAsync(() => peer.Victim.InboundStreams == 0);
        Assert.Equal(0, windows.Granted);
        await peer.SendAsync(Syn(id));
        Assert.Equal(id, (await next.WaitAsync(YamuxPair.HangGuard))!.Id);
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task A_million_pings_whose_pongs_nobody_reads_queue_32_and_then_we_read_no_more()
    {
        await using RawPeer peer = new(gated: true);
        Task flood = SendPingsAsync(peer, 1_000_000);
        await RawPeer.UntilAsync(() => peer.Victim.IsHeldUp);
        Assert.False(flood.IsCompleted);
        Assert.InRange(peer.Victim.BytesReceived, 32 * YamuxHeader.Size, TakenAtMost);
        Assert.InRange(peer.Pool.OutstandingBytes, 0, 1 << 20);

        // The ping of the start is in the write that hangs; behind it there are 32 pongs and not one more.
        Assert.Equal([YamuxHeader.Size], peer.Gate!.Writes);
        peer.Gate.Open();
        await RawPeer.UntilAsync(() => peer.Gate.Writes.Length > 1);
        Assert.Equal(YamuxLimits.MaxQueuedPings * YamuxHeader.Size, peer.Gate.Writes[1]);
        peer.Abort();
        await Assert.ThrowsAsync<Libp2pException>(() => flood.WaitAsync(YamuxPair.HangGuard));
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task A_peer_that_reads_no_pongs_is_closed_after_10_seconds()
    {
        await using RawPeer peer = new(gated: true);
        await peer.SendAsync(Frame(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 0)); // The keep-alive's first ping, whose 10 s would end at the same tick.
        Task flood = SendPingsAsync(peer, 1_000_000);
        await RawPeer.UntilAsync(() => peer.Victim.IsHeldUp);
        await RawPeer.UntilAsync(() => peer.Time.ActiveTimers == 2);
        peer.Time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Null(peer.Victim.CloseReason);
        peer.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(YamuxCloseReason.WriteTimeout, (await peer.ClosedAsync()).Reason);
        await Assert.ThrowsAsync<Libp2pException>(() => flood.WaitAsync(YamuxPair.HangGuard));
        await peer.Victim.DisposeAsync();
        Assert.Equal(0, peer.Pool.Outstanding);
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task A_hundred_thousand_pings_of_a_peer_that_reads_are_all_answered_in_order()
    {
        const int Pings = 100_000;
        await using RawPeer peer = new(capacity: 1 << 20);
        await peer.ExpectStartAsync();
        Task flood = SendPingsAsync(peer, Pings);
        for (uint i = 0; i < Pings; i++)
        {
            await peer.ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, i);
        }

        await flood;
        Assert.Null(peer.Victim.CloseReason);
    }

    [Fact]
    [Trait("Row", "26")]
    public async Task Streams_opened_by_a_peer_that_reads_nothing_stop_our_reading_at_2048_answers()
    {
        await using RawPeer peer = new(gated: true);
        Task flood = Task.Run(async () =>
        {
            byte[][] frames = [.. Enumerable.Range(0, 100_000).Select(i => Syn(1 + (2 * (uint)i)))];
            await peer.SendAsync(frames);
        });
        await RawPeer.UntilAsync(() => peer.Victim.IsHeldUp);
        Assert.InRange(peer.Victim.BytesReceived, 1, TakenAtMost);
        Assert.InRange(peer.Pool.OutstandingBytes, 0, 1 << 20);
        peer.Gate!.Open();
        await RawPeer.UntilAsync(() => peer.Gate.Writes.Length > 1);
        Assert.InRange(peer.Gate.Writes[1], YamuxHeader.Size, YamuxLimits.MaxQueuedControlFrames * YamuxHeader.Size);
        peer.Abort();
        await Assert.ThrowsAsync<Libp2pException>(() => flood.WaitAsync(YamuxPair.HangGuard));
    }

    [Fact]
    [Trait("Row", "25")]
    public async Task A_hundred_thousand_streams_that_nobody_reads_leave_256_and_end_the_connection()
    {
        await using RawPeer peer = new();
        await peer.ExpectStartAsync();
        Task flood = Task.Run(async () =>
        {
            for (uint i = 0; i < 100_000; i++)
            {
                await peer.SendAsync(Syn(1 + (2 * i)));
            }
        });
        int accepted = 0, refused = 0;
        YamuxHeader frame;
        while ((frame = await peer.ReceiveAsync()).Type != YamuxFrameType.GoAway)
        {
            accepted += frame.Flags == YamuxFlags.Ack ? 1 : 0;
            refused += frame.Flags == YamuxFlags.Rst ? 1 : 0;
        }

        Assert.Equal((256, YamuxLimits.MaxResets), (accepted, refused));
        Assert.Equal((uint)YamuxGoAwayCode.ProtocolError, frame.Length);
        YamuxEnd end = await peer.ClosedAsync();
        Assert.Equal((YamuxCloseReason.ProtocolViolation, YamuxViolation.ResetFlood), (end.Reason, end.Violation));
        await Assert.ThrowsAsync<Libp2pException>(() => flood.WaitAsync(YamuxPair.HangGuard));
        await peer.Victim.DisposeAsync();
        Assert.Equal(0, peer.Pool.Outstanding);
    }

    [Fact]
    [Trait("Row", "25")]
    public void Streams_that_the_peer_makes_us_reset_count_as_its_flood()
    {
        SessionHarness s = new();
        uint opened = 0;
        for (uint i = 0; i < 100_000 && s.Session.Violation == YamuxViolation.None; i++)
        {
            uint id = 1 + (2 * i);
            opened += s.Feed(Syn(id)) == $"opened {id}" ? 1u : 0u;
            s.Session.Reset(id, s.Now);
        }

        Assert.Equal((uint)YamuxLimits.MaxResets, opened);
        Assert.Equal(YamuxViolation.ResetFlood, s.Session.Violation);
        Assert.Equal(0, s.Session.InboundStreams);
    }

    [Fact]
    [Trait("Row", "25")]
    public void Streams_of_ours_that_we_reset_are_nobodys_flood()
    {
        SessionHarness s = new(isInitiator: true);
        for (int i = 0; i < 3 * YamuxLimits.MaxResets; i++)
        {
            s.Session.Reset(s.Open(), s.Now);
        }

        Assert.Equal("opened 2", s.Feed(Syn(2)));
    }

    [Fact]
    [Trait("Row", "25")]
    public void Two_thousand_resets_in_a_little_over_5_seconds_are_no_flood()
    {
        SessionHarness s = new();
        for (uint i = 0; i < YamuxLimits.MaxResets - 1; i++)
        {
            s.Feed(Syn(1 + (2 * i)), Window(1 + (2 * i), 0, YamuxFlags.Rst));
        }

        s.Now += YamuxLimits.ResetWindow;
        Assert.Equal("opened 4001; reset 4001", s.Feed(Syn(4001), Window(4001, 0, YamuxFlags.Rst)));
    }

    private static Task SendPingsAsync(RawPeer peer, int count) => Task.Run(async () =>
    {
        byte[] frames = new byte[1000 * YamuxHeader.Size];
        for (int sent = 0; sent < count; sent += 1000)
        {
            for (int i = 0; i < 1000; i++)
            {
                new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Syn, 0, (uint)(sent + i)).Write(frames.AsSpan(i * YamuxHeader.Size));
            }

            await peer.SendAsync(frames);
        }
    });
}
