using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>A connection under test, and a peer that writes and reads its transport byte by byte.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly DuplexPipe _wire;

    public RawPeer(bool isInitiator = false, YamuxOptions? options = null, int capacity = 65536, bool gated = false, WindowBudget? windows = null)
    {
        (DuplexPipe ours, _wire) = DuplexPipe.Create(capacity);
        Gate = gated ? new GatedStream(ours) : null;
        Options = (options ?? YamuxOptions.Default) with { Pool = Pool };
        Victim = YamuxConnection.Start(Gate is null ? ours : Gate, isInitiator, Options, Time, NullLogger.Instance, windows);
    }

    /// <summary>Holds up the victim's writes, if asked for.</summary>
    public GatedStream? Gate { get; }

    public FakeTimeProvider Time { get; } = new();

    public CountingPool Pool { get; } = new();

    public YamuxOptions Options { get; }

    public YamuxConnection Victim { get; }

    public async Task SendAsync(params byte[][] frames)
    {
        foreach (byte[] frame in frames)
        {
            await _wire.WriteAsync(frame, default).AsTask().WaitAsync(YamuxPair.HangGuard);
        }
    }

    /// <summary>The next header from the victim; the body of data is read and dropped.</summary>
    public async Task<YamuxHeader> ReceiveAsync()
    {
        Assert.True(YamuxHeader.TryRead(await _wire.ReadExactlyAsync(YamuxHeader.Size), out YamuxHeader header, out _));
        if (header.Type == YamuxFrameType.Data)
        {
            await _wire.ReadExactlyAsync((int)header.Length);
        }

        return header;
    }

    public async Task ExpectAsync(YamuxFrameType type, YamuxFlags flags, uint id, uint length)
        => Assert.Equal(new YamuxHeader(type, flags, id, length), await ReceiveAsync());

    /// <summary>The ping that every session begins with.</summary>
    public Task ExpectStartAsync() => ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 0);

    public Task EndAsync() => _wire.CloseWriteAsync(default).AsTask();

    public void Abort() => _wire.Abort();

    public async Task<YamuxEnd> ClosedAsync()
    {
        await Victim.Completion.WaitAsync(YamuxPair.HangGuard);
        return Victim.CloseReason!;
    }

    /// <summary>Waits for something that another thread is about to do.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < 30_000, "the condition never came true");
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _wire.Abort();
        await Victim.DisposeAsync().AsTask().WaitAsync(YamuxPair.HangGuard);
    }
}
