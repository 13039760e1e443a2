using System.Security.Cryptography;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>One end of a muxed connection, as far as any muxer has to offer it.</summary>
public interface IMuxerEnd
{
    Task<IByteStream> OpenAsync();

    /// <summary>Null once the connection is over.</summary>
    Task<IByteStream?> AcceptAsync();

    Task CloseAsync();

    void Abort();
}

/// <summary>What every muxer must do, whatever its wire format.</summary>
public abstract class MuxerConformanceTests
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(120);

    /// <summary>Two connected ends; <paramref name="chopSeed"/> cuts the transport's reads and writes at random.</summary>
    protected abstract (IMuxerEnd A, IMuxerEnd B) Connect(int? chopSeed = null);

    [Fact]
    public async Task EchoesAndHalfCloses()
    {
        (IMuxerEnd a, IMuxerEnd b) = Connect();
        IByteStream client = await a.OpenAsync();
        await client.WriteAsync("question"u8.ToArray(), default);
        await client.CloseWriteAsync(default);
        await client.CloseWriteAsync(default);
        IByteStream server = (await b.AcceptAsync())!;
        Assert.Equal("question"u8.ToArray(), await server.ReadToEndAsync());
        await server.WriteAsync("answer"u8.ToArray(), default);
        await server.CloseWriteAsync(default);
        Assert.Equal("answer"u8.ToArray(), await client.ReadToEndAsync());
        Assert.Equal(0, await client.ReadOnceAsync());
        await client.DisposeAsync();
        await server.DisposeAsync();
        await a.CloseAsync();
        Assert.Null(await b.AcceptAsync());
    }

    [Theory]
    [InlineData(1, 1, 3_000_000, null)]
    [InlineData(2, 100, 1_000_000, null)]
    [InlineData(3, 100, 100_000, 33)]
    public async Task ManyStreamsBothWaysArriveWhole(int seed, int streams, int size, int? chopSeed)
    {
        (IMuxerEnd a, IMuxerEnd b) = Connect(chopSeed);
        Task serving = Task.Run(async () =>
        {
            List<Task> handlers = [];
            for (int i = 0; i < streams; i++)
            {
                IByteStream stream = (await b.AcceptAsync())!;
                handlers.Add(Task.Run(() => ExchangeAsync(stream, seed + 5000 + i, size)));
            }

            await Task.WhenAll(handlers);
        });
        Task[] clients = [.. Enumerable.Range(0, streams).Select(i => Task.Run(async () => await ExchangeAsync(await a.OpenAsync(), seed + i, size)))];
        await Task.WhenAll([serving, .. clients]).WaitAsync(HangGuard);
        await a.CloseAsync();
    }

    [Fact]
    public async Task AResetReachesTheOtherSide()
    {
        (IMuxerEnd a, IMuxerEnd b) = Connect();
        IByteStream client = await a.OpenAsync();
        await client.WriteAsync(10);
        IByteStream server = (await b.AcceptAsync())!;
        await server.ReadExactlyAsync(10);
        Task<int> pending = server.ReadOnceAsync();
        client.Abort();
        await pending.FailsAsync(Libp2pError.StreamReset);
        await server.WriteAsync(1).FailsAsync(Libp2pError.StreamReset);
        await client.ReadOnceAsync().FailsAsync(Libp2pError.StreamReset);
        await client.WriteAsync(1).FailsAsync(Libp2pError.StreamReset);
        await a.CloseAsync();
    }

    [Fact]
    [Trait("Row", "27")]
    public async Task OneStalledReaderStallsNobodyElse()
    {
        (IMuxerEnd a, IMuxerEnd b) = Connect();
        IByteStream stalledWriter = await a.OpenAsync();
        IByteStream stalledReader = (await b.AcceptAsync())!;
        Task stalled = stalledWriter.WriteAsync(20_000_000);
        for (int i = 0; i < 3; i++)
        {
            IByteStream client = await a.OpenAsync();
            IByteStream server = (await b.AcceptAsync())!;
            await Task.WhenAll(ExchangeAsync(client, i, 1_000_000), ExchangeAsync(server, i + 50, 1_000_000)).WaitAsync(HangGuard);
        }

        Assert.False(stalled.IsCompleted);
        stalledReader.Abort();
        await stalled.FailsAsync(Libp2pError.StreamReset);
        await a.CloseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheEndOfTheConnectionWakesEveryone(bool abort)
    {
        (IMuxerEnd a, IMuxerEnd b) = Connect();
        IByteStream client = await a.OpenAsync();
        await client.WriteAsync(1);
        IByteStream server = (await b.AcceptAsync())!;
        await server.ReadExactlyAsync(1);
        Task<int>[] reads = [client.ReadOnceAsync(), server.ReadOnceAsync()];
        Task write = server.WriteAsync(20_000_000);
        await client.ReadExactlyAfter(reads[0]);
        Task<int> again = client.ReadOnceUntilErrorAsync();
        Task<IByteStream?>[] accepts = [a.AcceptAsync(), b.AcceptAsync()];
        if (abort)
        {
            a.Abort();
        }
        else
        {
            await a.CloseAsync().WaitAsync(HangGuard);
        }

        await again.FailsAsync(Libp2pError.ConnectionClosed);
        await reads[1].FailsAsync(Libp2pError.ConnectionClosed);
        await write.FailsAsync(Libp2pError.ConnectionClosed);
        Assert.All(await Task.WhenAll(accepts).WaitAsync(HangGuard), Assert.Null);
        await a.OpenAsync().FailsAsync(Libp2pError.ConnectionClosed);
    }

    /// <summary>Sends <paramref name="size"/> random bytes in random pieces and their hash; checks the same of the other side.</summary>
    private static async Task ExchangeAsync(IByteStream stream, int seed, int size)
    {
        await Task.WhenAll(SendAsync(), ReceiveAsync());
        await stream.DisposeAsync();

        async Task SendAsync()
        {
            Random random = new(seed);
            byte[] content = new byte[size];
            random.NextBytes(content);
            for (int sent = 0; sent < size;)
            {
                int count = Math.Min(size - sent, random.Next(1, random.Next(2) == 0 ? 200 : 150_000));
                await stream.WriteAsync(content.AsMemory(sent, count), default);
                sent += count;
            }

            await stream.WriteAsync(SHA256.HashData(content), default);
            await stream.CloseWriteAsync(default);
        }

        async Task ReceiveAsync()
        {
            byte[] all = await stream.ReadToEndAsync();
            Assert.Equal(size + 32, all.Length);
            Assert.Equal(SHA256.HashData(all.AsSpan(0, size)), all[size..]);
        }
    }
}

file static class WaitingReads
{
    public static async Task ReadExactlyAfter(this IByteStream stream, Task<int> first)
    {
        Assert.InRange(await first.WaitAsync(YamuxPair.HangGuard), 1, 1024);
        await stream.ReadExactlyAsync(1000);
    }

    public static async Task<int> ReadOnceUntilErrorAsync(this IByteStream stream)
    {
        int count;
        while ((count = await stream.ReadOnceAsync()) > 0)
        {
        }

        return count;
    }
}
