using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Reads, writes, half-closes, resets, disposals and the end of the connection, all at once, in seeded mixtures: nothing hangs, nothing leaks.</summary>
public class YamuxRaceTests
{
    [Fact]
    [Trait("Row", "28")]
    public async Task NothingHangsAndNothingLeaks()
    {
        int ended = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) =>
        {
            await RunAsync(seed).WaitAsync(YamuxPair.HangGuard);
            Interlocked.Increment(ref ended);
        });
        Assert.Equal(10_000, ended);
    }

    private static async Task RunAsync(int seed)
    {
        Random random = new(seed);
        YamuxPair pair = new(chopSeed: random.Next(3) == 0 ? seed : null);
        List<YamuxStream> all = [];
        List<Task> users = [];
        int streams = random.Next(1, 6);
        for (int i = 0; i < streams; i++)
        {
            (YamuxStream a, YamuxStream b) = await pair.OpenAsync();
            foreach (YamuxStream stream in new[] { a, b })
            {
                all.Add(stream);
                int readSeed = random.Next(), writeSeed = random.Next(), endSeed = random.Next();
                users.Add(Task.Run(() => ToleratingEnd(() => ReadAsync(stream, new Random(readSeed)))));
                users.Add(Task.Run(() => ToleratingEnd(() => WriteAsync(stream, new Random(writeSeed)))));
                users.Add(Task.Run(() => EndAsync(stream, new Random(endSeed))));
            }
        }

        int how = random.Next(6);
        users.Add(Task.Run(async () =>
        {
            await PauseAsync(new Random(seed));
            switch (how)
            {
                case 0:
                    pair.A.Abort();
                    break;
                case 1:
                    await pair.B.CloseAsync(YamuxGoAwayCode.Normal, default);
                    break;
                case 2:
                    pair.TransportB.Abort();
                    break;
                case 3:
                    await pair.A.DisposeAsync();
                    break;
            }
        }));
        await Task.WhenAll(users);
        all.ForEach(s => s.Abort());
        await pair.DisposeAsync();
        Assert.All(all, s => Assert.Equal(0, s.Buffered));
        Assert.Equal(0, pair.Pool.Outstanding);
        Assert.False(pair.Pool.ReturnedForeign);
    }

    private static async Task ReadAsync(YamuxStream stream, Random random)
    {
        byte[] buffer = new byte[random.Next(1, 5000)];
        while (await stream.ReadAsync(buffer, default) > 0)
        {
            await PauseAsync(random);
        }
    }

    private static async Task WriteAsync(YamuxStream stream, Random random)
    {
        for (int i = random.Next(30); i > 0; i--)
        {
            using CancellationTokenSource cancel = new();
            Task write = stream.WriteAsync(new byte[random.Next(1, 60_000)], cancel.Token).AsTask();
            if (random.Next(20) == 0)
            {
                await PauseAsync(random);
                await cancel.CancelAsync();
            }

            await write;
        }

        await stream.CloseWriteAsync(default);
    }

    private static async Task EndAsync(YamuxStream stream, Random random)
    {
        await PauseAsync(random);
        switch (random.Next(4))
        {
            case 0:
                stream.Abort();
                break;
            case 1:
                await stream.DisposeAsync();
                break;
            case 2:
                await Task.WhenAll(Task.Run(stream.Abort), Task.Run(() => stream.DisposeAsync().AsTask()));
                break;
            default:
                // One of the ends gives up in the end, or a cancelled writer would leave its peer's reader waiting for good.
                await Task.Delay(random.Next(5, 30));
                stream.Abort();
                break;
        }
    }

    private static async Task PauseAsync(Random random)
    {
        if (random.Next(3) == 0)
        {
            await Task.Yield();
        }
        else if (random.Next(30) == 0)
        {
            await Task.Delay(random.Next(3));
        }
    }

    private static async Task ToleratingEnd(Func<Task> use)
    {
        try
        {
            await use();
        }
        catch (Exception e) when (e is OperationCanceledException or Libp2pException { Error: Libp2pError.StreamReset or Libp2pError.ConnectionClosed })
        {
        }
    }
}
