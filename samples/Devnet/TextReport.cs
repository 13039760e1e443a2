using System.Globalization;
using OpStack.Primitives;
using Spectre.Console;

namespace OpStack.P2P.Devnet;

/// <summary>A line per block and a closing table, in colour where the terminal has it.</summary>
internal sealed class TextReport : IReport
{
    private readonly DevnetOptions _options;
    private readonly IAnsiConsole _console;

    public TextReport(DevnetOptions options)
    {
        _options = options;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (Console.IsOutputRedirected)
        {
            _console.Profile.Width = 200; // A file or a pipe has no width to wrap at.
        }
    }

    public void Followable(string configPath, Address signer, DevnetNode sequencer)
    {
        // Not wrapped, so that it can be copied.
        Console.WriteLine("Follow it from another process, by discovery or as a static peer:");
        string common = $"dotnet run --project samples/FollowChain -- --rollup.config {configPath} --p2p.unsafe.block.signer {signer} "
            + "--p2p.listen.ip 127.0.0.1 --p2p.listen.tcp 0 --p2p.advertise.ip 127.0.0.1";
        Console.WriteLine($"  {common} --p2p.bootnodes {sequencer.Discovery!.LocalEnr}");
        Console.WriteLine($"  {common} --p2p.no-discovery --p2p.static {sequencer.Address}");
        Console.WriteLine();
    }

    public void Started(IReadOnlyList<DevnetNode> nodes)
    {
        _console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"[bold]OpStack.P2P devnet[/]: 1 sequencer, {Count(nodes.Count - 1, "follower")}; {(_options.IsEndless ? "blocks" : Count(_options.Blocks, "block"))} of about {Size(_options.BlockSize)}, one every {_options.BlockTime.TotalSeconds:0.##} s");
        foreach (DevnetNode node in nodes)
        {
            _console.MarkupLineInterpolated(
                $"  [grey]{node.Name,-12}[/] {node.Address} [grey]({node.Discovered} discovered, {node.Driver.ConnectedPeers.Count} peers)[/]");
        }

        _console.WriteLine();
        _console.MarkupLine("[grey]  height       size    txs  delivered  hops      p50      p99   mesh  hash[/]");
    }

    public void Block(BlockStatistics block, int followers)
    {
        string colour = block.Delivered == followers ? "green" : "yellow";
        _console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"  {block.Number,6} {Size(block.Size),10} {block.Transactions,6}  [{colour}]{block.Delivered,4}/{followers,-4}[/] {block.MaxHops,5} {Milliseconds(block.P50),8} {Milliseconds(block.P99),8} {block.MeshDegree,6:0.0}  [grey]{block.Hash.ToString()[..14]}…[/]");
    }

    public void Failed(string reason) => _console.MarkupLineInterpolated($"[red]Failed:[/] {reason}");

    public void Summary(IReadOnlyList<BlockStatistics> blocks, IReadOnlyList<DevnetNode> followers, RunOutcome outcome)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("node", "discovered", "peers", "delivered", "out of order");
        foreach (DevnetNode follower in followers)
        {
            table.AddRow(
                follower.Name,
                follower.Discovered.ToString(CultureInfo.InvariantCulture),
                follower.Driver.ConnectedPeers.Count.ToString(CultureInfo.InvariantCulture),
                $"{follower.Deliveries.Count}/{blocks.Count}",
                follower.OutOfOrder.ToString(CultureInfo.InvariantCulture));
        }

        TimeSpan[] latencies = [.. blocks.SelectMany(b => b.Latencies).Order()];
        table.AddRow(
            "[bold]all[/]",
            "",
            "",
            $"{blocks.Sum(b => b.Delivered)}/{blocks.Count * followers.Count}",
            followers.Sum(f => f.OutOfOrder).ToString(CultureInfo.InvariantCulture));
        _console.WriteLine();
        _console.Write(table);
        _console.MarkupLineInterpolated(
            $"delivery latency [bold]p50 {Milliseconds(BlockStatistics.Percentile(latencies, 0.50))}, p99 {Milliseconds(BlockStatistics.Percentile(latencies, 0.99))}[/], most hops {blocks.Select(b => b.MaxHops).DefaultIfEmpty(0).Max()}");
        _console.MarkupLine(outcome switch
        {
            RunOutcome.Complete => "[green]Every follower delivered every block.[/]",
            RunOutcome.Interrupted => $"[yellow]Interrupted after {blocks.Count} of {Count(_options.Blocks, "block")}.[/]",
            _ => "[red]Some blocks did not arrive everywhere.[/]",
        });
    }

    private static string Size(int bytes) => bytes < 10_000
        ? $"{bytes} B"
        : bytes < 10_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0.0} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB");

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Milliseconds(TimeSpan? time) =>
        time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalMilliseconds:0.0} ms") : "–";
}
