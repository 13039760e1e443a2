using System.Globalization;
using OpStack.P2P.Adversarial.NodeCases.Attacks;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases;

/// <summary><c>attack --case all|name,name --seconds N</c>: one table, a new victim for every case. Fails (1) if anything that must hold does not.</summary>
internal static class AttackCommand
{
    private static readonly string[] Columns =
        ["case", "row", "sent/s", "unit", "lives", "delivered", "p50 ms", "p99 ms", "dial ms", "CPU %", "RSS MB", "heap +MB", "pooled +MB", "pool", "half-open", "graylisted", "bans", "alive"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!AttackOptions.TryParse(arguments, out AttackOptions options, out string fault))
        {
            Console.Error.WriteLine(fault);
            return 2;
        }

        Console.WriteLine(Line(Columns));
        Console.WriteLine(Line([.. Columns.Select(_ => "---")]));
        int broken = 0;
        foreach (Func<Attack> create in options.Cases)
        {
            broken += await RunAsync(create, TimeSpan.FromSeconds(options.Seconds)) ? 0 : 1;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{options.Cases.Count} cases of {options.Seconds} s, {broken} with something that must hold and does not"));
        return broken == 0 ? 0 : 1;
    }

    private static async Task<bool> RunAsync(Func<Attack> create, TimeSpan duration)
    {
        await using VictimProcess victim = await VictimProcess.StartAsync(boundPool: true);
        await using HonestPeer honest = await HonestPeer.JoinAsync(victim);
        try
        {
            AttackResult result = await AttackRun.RunAsync(victim, honest, create, duration);
            Console.WriteLine(Line(Cells(result, victim.IsAlive)));
            string[] broken = [.. result.Broken];
            Array.ForEach(broken, text => Console.WriteLine($"  {result.Attack.Name}: {text}"));
            return broken.Length == 0;
        }
        catch (InvalidOperationException e) when (!victim.IsAlive)
        {
            Console.WriteLine($"  {create().Name}: {e.Message}");
            return false;
        }
    }

    private static string[] Cells(AttackResult result, bool isAlive) =>
    [
        result.Attack.Name,
        result.Attack.Row,
        Number(result.Attack.Sent / result.Seconds),
        result.Attack.Unit,
        Number(result.Attack.Lives),
        $"{Number(result.After.Blocks)}/{Number(result.Published)}",
        Number(result.After.P50),
        Number(result.After.P99),
        result.Newcomer is { } newcomer ? Number(newcomer.TotalMilliseconds) : "refused",
        Number(result.Cpu),
        Number(result.After.PeakResidentSet / 1e6),
        (result.HeapGrowth / 1e6).ToString("F1", CultureInfo.InvariantCulture),
        (result.PooledGrowth / 1e6).ToString("F1", CultureInfo.InvariantCulture),
        Number(result.After.PeakPoolThreads),
        Number(result.After.PeakHalfOpen),
        Number(result.After.Graylisted - result.Before.Graylisted),
        Number(result.After.Bans),
        isAlive ? "yes" : "NO",
    ];

    private static string Number(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
}
