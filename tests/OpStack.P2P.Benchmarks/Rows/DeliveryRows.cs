using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>
/// From the publisher's call, with a signed block, until a receiver's host has it validated (target 5), each node a process; ours compresses and
/// validates what it publishes within that time, js compresses.
/// </summary>
internal static class DeliveryRows
{
    private const string Js = "js-libp2p";
    private const int WarmUp = 40;
    private const int MinRounds = 21;
    private const int MaxRounds = 200;

    public static IEnumerable<Row> Create() =>
    [
        OneHop("100 KB", 100_000),
        OneHop("1 MB", 1_000_000),
        .. new[] { 1, 4, 16, 64 }.Select(Curve),
    ];

    private static Row OneHop(string name, int size) =>
        Row.Measured($"Delivery over one hop, {name}", Js, Target.TimeAtMost(0.2), budget => RunAsync(
            () => Fleet.StartAsync(Side.Ours, 2, size), () => Fleet.StartAsync(Side.Js, 2, size), budget).GetAwaiter().GetResult());

    private static Row Curve(int peers) =>
        Row.Measured($"Delivery to the last of {peers} peers, 100 KB", "to one peer", Target.None, budget => RunAsync(
            () => Fleet.StartAsync(Side.Ours, 2, 100_000, peers), () => Fleet.StartAsync(Side.Ours, 2, 100_000), budget).GetAwaiter().GetResult());

    private static async Task<Samples> RunAsync(Func<Task<Fleet>> startOurs, Func<Task<Fleet>> startReference, TimeSpan budget)
    {
        await using Fleet ours = await startOurs().ConfigureAwait(false);
        await using Fleet reference = await startReference().ConfigureAwait(false);
        for (int round = 0; round < WarmUp; round++)
        {
            await ours.PublishAsync().ConfigureAwait(false);
            await reference.PublishAsync().ConfigureAwait(false);
        }

        List<double> oursTimes = [];
        List<double> referenceTimes = [];
        long begin = Clocks.Wall();
        while (oursTimes.Count < MinRounds || (oursTimes.Count < MaxRounds && Clocks.Wall() - begin < budget.TotalNanoseconds))
        {
            await ours.PrepareAsync().ConfigureAwait(false);
            await reference.PrepareAsync().ConfigureAwait(false);
            oursTimes.Add((await ours.PublishAsync().ConfigureAwait(false)).Max());
            referenceTimes.Add((await reference.PublishAsync().ConfigureAwait(false)).Max());
        }

        return new Samples(oursTimes, referenceTimes);
    }
}
