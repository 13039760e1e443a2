using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Ten nodes in full mesh, a process each: a 1 MB block every 2 s (target 5).</summary>
internal static class MeshRows
{
    private const int Nodes = 10;
    private const int Size = 1_000_000;
    private const int WarmUp = 4;
    private const int Rounds = 15;

    // Ours and theirs take turns, so each has one every 2 s.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    public static IEnumerable<Row> Create()
    {
        Lazy<(Samples Slowest, Samples Last)> run = new(() => RunAsync().GetAwaiter().GetResult());
        return
        [
            Row.Measured("Ten nodes, 1 MB: median of the slowest node", "js-libp2p", Target.TimeAtMost(0.25), _ => run.Value.Slowest),
            Row.Measured("Ten nodes, 1 MB: last node of each block", "js-libp2p", Target.None, _ => run.Value.Last),
        ];
    }

    private static async Task<(Samples Slowest, Samples Last)> RunAsync()
    {
        await using Fleet ours = await Fleet.StartAsync(Side.Ours, Nodes, Size).ConfigureAwait(false);
        await using Fleet js = await Fleet.StartAsync(Side.Js, Nodes, Size).ConfigureAwait(false);
        List<double[]> oursTimes = [];
        List<double[]> jsTimes = [];
        for (int round = -WarmUp; round < Rounds; round++)
        {
            double[] oursOf = await InTurnAsync(ours).ConfigureAwait(false);
            double[] jsOf = await InTurnAsync(js).ConfigureAwait(false);
            if (round >= 0)
            {
                oursTimes.Add(oursOf);
                jsTimes.Add(jsOf);
            }
        }

        return (
            new Samples(OfSlowest(oursTimes), OfSlowest(jsTimes)),
            new Samples([.. oursTimes.Select(times => times.Max())], [.. jsTimes.Select(times => times.Max())]));
    }

    private static async Task<double[]> InTurnAsync(Fleet fleet)
    {
        await fleet.PrepareAsync().ConfigureAwait(false);
        Task pause = Task.Delay(Turn);
        double[] times = await fleet.PublishAsync().ConfigureAwait(false);
        await pause.ConfigureAwait(false);
        return times;
    }

    /// <summary>The times of the node whose median is the longest.</summary>
    private static double[] OfSlowest(List<double[]> rounds) =>
        Enumerable.Range(0, Nodes - 1)
            .Select(node => rounds.Select(times => times[node]).ToArray())
            .MaxBy(times => times.Order().ElementAt(times.Length / 2))!;
}
