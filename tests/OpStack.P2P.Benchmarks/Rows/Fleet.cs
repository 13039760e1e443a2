using System.Text.Json.Nodes;
using OpStack.P2P.Benchmarks.Children;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Nodes that validate blocks, in child processes: the first process publishes, every other node receives.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    // Prepared shortly before they are published: a block may be a minute old.
    private const int PreparedBlocks = 8;

    private readonly List<Child> _children = [];
    private readonly int _size;
    private int _receivers;
    private int _prepared;
    private int _published;

    private Fleet(int size) => _size = size;

    /// <summary>Starts the nodes and waits for their mesh.</summary>
    /// <param name="side">Whose.</param>
    /// <param name="processes">Processes of one node each, all connected to all; with <paramref name="nodesOfLast"/> the last one has so many nodes.</param>
    /// <param name="size">Bytes of a block, decompressed.</param>
    /// <param name="nodesOfLast">Nodes of the last process, each connected to the first process alone.</param>
    public static async Task<Fleet> StartAsync(Side side, int processes, int size, int nodesOfLast = 1)
    {
        Fleet fleet = new(size);
        try
        {
            fleet._receivers = processes - 2 + nodesOfLast;
            List<string> addresses = [];
            for (int process = 0; process < processes; process++)
            {
                Child child = Child.Start(side, "blocks");
                fleet._children.Add(child);
                int count = process == processes - 1 ? nodesOfLast : 1;
                JsonNode started = (await child.CallAsync("start", new { count, degree = nodesOfLast }).ConfigureAwait(false))!;
                foreach (string address in addresses)
                {
                    await child.CallAsync("dial", new { address }).ConfigureAwait(false);
                }

                addresses.Add((string)started[0]!);
            }

            await fleet._children[0].UntilAsync("hasMesh", new { degree = Math.Min(fleet._receivers, nodesOfLast == 1 ? 6 : nodesOfLast) }).ConfigureAwait(false);
            foreach (Child child in fleet._children.Skip(1))
            {
                await child.UntilAsync("hasMesh", new { degree = nodesOfLast > 1 ? 1 : Math.Min(processes - 1, 6) }).ConfigureAwait(false);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes sure that a block is there to be published.</summary>
    public async Task PrepareAsync()
    {
        if (_published == _prepared)
        {
            await _children[0].CallAsync("prepare", new { first = _prepared + 1, count = PreparedBlocks, size = _size }).ConfigureAwait(false);
            _prepared += PreparedBlocks;
        }
    }

    /// <summary>Publishes a block and waits for it: the nanoseconds to each receiver, in an order that is the same every time.</summary>
    public async Task<double[]> PublishAsync()
    {
        await PrepareAsync().ConfigureAwait(false);
        JsonNode published = (await _children[0].CallAsync("publish").ConfigureAwait(false))!;
        _published++;
        List<double> times = [];
        foreach (Child child in _children.Skip(1))
        {
            int nodes = child == _children[^1] ? _receivers - (_children.Count - 2) : 1;
            double[] ofChild = new double[nodes];
            for (int node = 0; node < nodes; node++)
            {
                JsonNode delivered = await child.NextEventAsync().ConfigureAwait(false);
                if ((long)delivered["number"]! != (long)published["number"]!)
                {
                    throw new InvalidOperationException($"Block {delivered["number"]} came instead of {published["number"]}.");
                }

                ofChild[(int)delivered["node"]!] = (long)delivered["at"]! - (long)published["at"]!;
            }

            times.AddRange(ofChild);
        }

        return [.. times];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_children.Select(child => child.DisposeAsync().AsTask())).ConfigureAwait(false);
}
