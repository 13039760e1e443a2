using System.Text.Json.Nodes;
using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Messages a second from one process to another, accepted by both whatever they are (target 5), and the memory that takes.</summary>
internal static class ThroughputRows
{
    private const double MaxResident = 250e6;

    // On their way at most: what waits for a peer may have 256 messages and 16 MiB. Fewer, and a pause of the scheduler stops the faster side.
    private const int MaxWindow = 240;
    private const int MaxWindowBytes = 12_000_000;
    private const int AnswerEvery = 20;
    private const int Slices = 7;

    // Both sides' compilers are at it for some seconds.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1.5);

    public static IEnumerable<Row> Create() => [.. Rows("1 KB", 1_000), .. Rows("100 KB", 100_000)];

    private static Row[] Rows(string name, int size)
    {
        Lazy<Run> run = new(() => RunAsync(size).GetAwaiter().GetResult());
        return
        [
            Row.Measured($"Throughput, {name}: time a message", "js-libp2p", Target.SpeedAtLeast(6), _ => run.Value.Times),
            Row.Measured($"Throughput, {name}: processor time a message", "js-libp2p", Target.None, _ => run.Value.Processor),
            Row.Measured($"Throughput, {name}: most memory", "250 MB", Target.AtMost(1), _ => run.Value.Memory) with { Unit = Unit.Bytes },
        ];
    }

    private static async Task<Run> RunAsync(int size)
    {
        await using Pair ours = await Pair.StartAsync(Side.Ours).ConfigureAwait(false);
        await using Pair js = await Pair.StartAsync(Side.Js).ConfigureAwait(false);
        await ours.RunAsync(size, WarmUp).ConfigureAwait(false);
        await js.RunAsync(size, WarmUp).ConfigureAwait(false);
        List<(double Time, double Processor)> oursOf = [];
        List<(double Time, double Processor)> jsOf = [];
        for (int slice = 0; slice < Slices; slice++)
        {
            oursOf.Add(await ours.RunAsync(size, Slice).ConfigureAwait(false));
            jsOf.Add(await js.RunAsync(size, Slice).ConfigureAwait(false));
        }

        return new Run(
            new Samples([.. oursOf.Select(slice => slice.Time)], [.. jsOf.Select(slice => slice.Time)]),
            new Samples([.. oursOf.Select(slice => slice.Processor)], [.. jsOf.Select(slice => slice.Processor)]),
            new Samples([ours.PeakResident], [MaxResident]));
    }

    /// <param name="Times">Nanoseconds from one message to the next.</param>
    /// <param name="Processor">The same of processor time, of the process that takes more of it; other work on the machine does not lengthen it.</param>
    /// <param name="Memory">The most that either process had resident.</param>
    private sealed record Run(Samples Times, Samples Processor, Samples Memory);

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

        /// <summary>Nanoseconds a message: on the clock, and of the processor.</summary>
        public async Task<(double Time, double Processor)> RunAsync(int size, TimeSpan time)
        {
            await sender.CallAsync("flood", new { size, window = Math.Min(MaxWindow, MaxWindowBytes / size) }).ConfigureAwait(false);
            (TimeSpan sending, TimeSpan receiving) = (sender.Usage().Processor, receiver.Usage().Processor);
            (long count, long at) begin = await CountAsync().ConfigureAwait(false);
            await Task.Delay(time).ConfigureAwait(false);
            (long count, long at) end = await CountAsync().ConfigureAwait(false);
            (sending, receiving) = (sender.Usage().Processor - sending, receiver.Usage().Processor - receiving);
            await sender.CallAsync("halt").ConfigureAwait(false);
            double messages = end.count - begin.count;
            return messages > 0
                ? ((end.at - begin.at) / messages, Math.Max(sending.TotalNanoseconds, receiving.TotalNanoseconds) / messages)
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
