using System.Text.Json.Nodes;
using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Twenty discovery nodes in one process: until each knows all others (target 8).</summary>
internal static class DiscoveryRows
{
    private const string Js = "@chainsafe/discv5";
    private const int Nodes = 20;
    private const int Rounds = 3;

    public static IEnumerable<Row> Create()
    {
        Lazy<(Samples Last, Samples Median)> run = new(() => RunAsync().GetAwaiter().GetResult());
        return
        [
            Row.Measured("20 discovery nodes know each other: the last one", Js, Target.TimeAtMost(0.5), _ => run.Value.Last),
            Row.Measured("20 discovery nodes know each other: the median one", Js, Target.TimeAtMost(0.5), _ => run.Value.Median),
        ];
    }

    private static async Task<(Samples Last, Samples Median)> RunAsync()
    {
        await using Child ours = Child.Start(Side.Ours, "discovery");
        await using Child js = Child.Start(Side.Js, "discovery");
        List<double[]> oursTimes = [];
        List<double[]> jsTimes = [];
        for (int round = 0; round < Rounds; round++)
        {
            oursTimes.Add(await MeetAsync(ours).ConfigureAwait(false));
            jsTimes.Add(await MeetAsync(js).ConfigureAwait(false));
        }

        return (
            new Samples([.. oursTimes.Select(times => times[^1])], [.. jsTimes.Select(times => times[^1])]),
            new Samples([.. oursTimes.Select(times => times[Nodes / 2])], [.. jsTimes.Select(times => times[Nodes / 2])]));
    }

    /// <summary>Of each node, shortest first.</summary>
    private static async Task<double[]> MeetAsync(Child child)
    {
        JsonNode times = (await child.CallAsync("meet", new { count = Nodes }).ConfigureAwait(false))!;
        return [.. times.AsArray().Select(time => (double)time!).Order()];
    }
}
