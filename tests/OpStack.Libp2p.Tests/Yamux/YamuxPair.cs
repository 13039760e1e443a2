using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Two connections over an in-memory transport.</summary>
internal sealed class YamuxPair : IAsyncDisposable
{
    /// <summary>Far above what any wait of these tests takes: only a hang reaches it.</summary>
    public static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    public YamuxPair(int? chopSeed = null, TimeProvider? time = null, YamuxOptions? options = null)
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        TransportB = b;
        Options = (options ?? YamuxOptions.Default) with { Pool = Pool };
        A = Start(chopSeed is { } seed ? new ChoppedStream(a, seed) : a, true, time);
        B = Start(chopSeed is { } other ? new ChoppedStream(b, other + 100) : b, false, time);
    }

    public CountingPool Pool { get; } = new();

    public YamuxOptions Options { get; }

    public IByteStream TransportB { get; }

    public YamuxConnection A { get; }

    public YamuxConnection B { get; }

    public async Task<(YamuxStream Opened, YamuxStream Accepted)> OpenAsync()
    {
        YamuxStream opened = await A.OpenStreamAsync(CancellationToken.None).AsTask().WaitAsync(HangGuard);
        YamuxStream? accepted = await B.AcceptStreamAsync(CancellationToken.None).AsTask().WaitAsync(HangGuard);
        Assert.Equal(opened.Id, accepted!.Id);
        return (opened, accepted);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(A.DisposeAsync().AsTask(), B.DisposeAsync().AsTask()).WaitAsync(HangGuard);

    private YamuxConnection Start(IByteStream inner, bool isInitiator, TimeProvider? time)
        => YamuxConnection.Start(inner, isInitiator, Options, time ?? TimeProvider.System, NullLogger.Instance);
}

/// <summary>What tests do with byte streams.</summary>
internal static class ByteStreamTestExtensions
{
    public static async Task<byte[]> ReadToEndAsync(this IByteStream stream)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[16_384];
        int count;
        while ((count = await stream.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(YamuxPair.HangGuard)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public static async Task<byte[]> ReadExactlyAsync(this IByteStream stream, int length)
    {
        byte[] bytes = new byte[length];
        for (int read = 0; read < length;)
        {
            int count = await stream.ReadAsync(bytes.AsMemory(read), CancellationToken.None).AsTask().WaitAsync(YamuxPair.HangGuard);
            Assert.NotEqual(0, count);
            read += count;
        }

        return bytes;
    }

    public static async Task FailsAsync(this Task task, Libp2pError error)
        => Assert.Equal(error, (await Assert.ThrowsAsync<Libp2pException>(() => task.WaitAsync(YamuxPair.HangGuard))).Error);

    public static Task WriteAsync(this IByteStream stream, int length, byte fill = 1)
        => stream.WriteAsync(Enumerable.Repeat(fill, length).ToArray(), CancellationToken.None).AsTask();

    public static Task<int> ReadOnceAsync(this IByteStream stream) => stream.ReadAsync(new byte[1024], CancellationToken.None).AsTask();
}
