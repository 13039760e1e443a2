using System.Text.Json.Nodes;
using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Messages a second from one process to another, accepted by both whatever they are (target 5), and the memory that takes.</summary>
internal static class ThroughputRows
{
    private const double MaxResident = 250e6;

    // Messages on their way at most: what waits for a peer may have 256, and less than 16 MiB.
    private const int Window = 120;
    private const int AnswerEvery = 20;
    private const int Slices = 7;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1.5);

    public static IEnumerable<Row> Create() => [.. Rows("1 KB", 1_000), .. Rows("100 KB", 100_000)];

    private static Row[] Rows(string name, int size)
    {
        Lazy<(Samples Times, Samples Memory)> run = new(() => RunAsync(size).GetAwaiter().GetResult());
        return
        [
            Row.Measured($"Throughput, {name}: time a message", "js-libp2p", Target.SpeedAtLeast(6), _ => run.Value.Times),
            Row.Measured($"Throughput, {name}: most memory", "250 MB", Target.AtMost(1), _ => run.Value.Memory) with { Unit = Unit.Bytes },
        ];
    }

    private static async Task<(Samples Times, Samples Memory)> RunAsync(int size)
    {
        await using Pair ours = await Pair.StartAsync(Side.Ours).ConfigureAwait(false);
        await using Pair js = await Pair.StartAsync(Side.Js).ConfigureAwait(false);
        await ours.RunAsync(size, Slice).ConfigureAwait(false);
        await js.RunAsync(size, Slice).ConfigureAwait(false);
        List<double> oursTimes = [];
        List<double> jsTimes = [];
        for (int slice = 0; slice < Slices; slice++)
        {
            oursTimes.Add(await ours.RunAsync(size, Slice).ConfigureAwait(false));
            jsTimes.Add(await js.RunAsync(size, Slice).ConfigureAwait(false));
        }

        return (new Samples(oursTimes, jsTimes), new Samples([ours.PeakResident], [MaxResident]));
    }

    /// <summary>Who sends and who receives.</summary>
    private sealed class Pair(Child sender, Child receiver) : IAsyncDisposable
    {
        public double PeakResident => Math.Max(sender.Usage().PeakResident, receiver.Usage().PeakResident);

        public static async Task<Pair> StartAsync(Side side)
        {
            Pair pair = new(Child.Start(side, "flood"), Child.Start(side, "flood"));
            try
            {
                await pair.ConnectAsync().ConfigureAwait(false);
                return pair;
            }
            catch
            {
                await pair.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        /// <summary>Nanoseconds from one message to the next.</summary>
        public async Task<double> RunAsync(int size, TimeSpan time)
        {
            await sender.CallAsync("flood", new { size, window = Window }).ConfigureAwait(false);
            (long count, long at) begin = await CountAsync().ConfigureAwait(false);
            await Task.Delay(time).ConfigureAwait(false);
            (long count, long at) end = await CountAsync().ConfigureAwait(false);
            await sender.CallAsync("halt").ConfigureAwait(false);
            return end.count > begin.count
                ? (double)(end.at - begin.at) / (end.count - begin.count)
                : throw new InvalidOperationException("Nothing came.");
        }

        public async ValueTask DisposeAsync()
        {
            await sender.DisposeAsync().ConfigureAwait(false);
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        private async Task ConnectAsync()
        {
            var options = new { count = 1, degree = 1, answerEvery = AnswerEvery };
            JsonNode addresses = (await receiver.CallAsync("start", options).ConfigureAwait(false))!;
            await sender.CallAsync("start", options).ConfigureAwait(false);
            await sender.CallAsync("dial", new { address = (string)addresses[0]! }).ConfigureAwait(false);
            await sender.UntilAsync("hasMesh", new { degree = 1 }).ConfigureAwait(false);
            await receiver.UntilAsync("hasMesh", new { degree = 1 }).ConfigureAwait(false);
        }

        private async Task<(long Count, long At)> CountAsync()
        {
            JsonNode answer = (await receiver.CallAsync("count").ConfigureAwait(false))!;
            return ((long)answer["count"]!, (long)answer["at"]!);
        }
    }
}
