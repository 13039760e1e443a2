using System.Diagnostics;
using OpStack.P2P.Adversarial.NodeCases.Attacks;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases;

/// <summary>One attack on one victim, while an honest peer publishes and another one connects.</summary>
internal static class AttackRun
{
    /// <summary>Bytes of an honest block.</summary>
    private const int BlockSize = 50_000;

    /// <summary>
    /// What an attack has loaded and rented at its first touch is no leak: it is done once before what is asserted is measured. What it comes to is
    /// <see cref="AttackResult.ColdHeap"/>'s to tell.
    /// </summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(700);

    /// <summary>For blocks on their way and for connections to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>For the heap to come down: the runtime's pool keeps an array for a minute after its last use.</summary>
    private static readonly TimeSpan HeapPatience = TimeSpan.FromMinutes(3);

    /// <param name="victim">Alive.</param>
    /// <param name="honest">A peer of its.</param>
    /// <param name="create">Makes the attack.</param>
    /// <param name="duration">Of the attack.</param>
    public static async Task<AttackResult> RunAsync(VictimProcess victim, HonestPeer honest, Func<Attack> create, TimeSpan duration)
    {
        AttackTarget target = AttackTarget.Of(victim);
        await WarmUpAsync(honest, attack: null, target);
        long cold = (await victim.MeasureAsync()).Heap;
        await WarmUpAsync(honest, create(), target);
        await victim.LookUntilAsync(figures => figures is { HalfOpen: 0, Inbound: <= 1 }, Patience);
        VictimFigures before = await victim.MeasureAsync();
        await victim.ResetAsync();

        Attack attack = create();
        Stopwatch elapsed = Stopwatch.StartNew();
        using CancellationTokenSource stop = new();
        Task<long> publishing = Task.Run(() => honest.PublishAsync(BlockSize, stop.Token));
        Task attacking = attack.RunAsync(target, stop.Token);
        await Task.Delay(duration / 2);
        TimeSpan? newcomer = await HonestPeer.TryConnectAsync(victim);
        TimeSpan left = duration - elapsed.Elapsed;
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        VictimFigures during = await victim.PeekAsync();
        double seconds = elapsed.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        long published = await publishing;
        await attacking;

        await victim.LookUntilAsync(figures => figures.Blocks >= published && figures is { HalfOpen: 0, Inbound: <= 1 }, Patience);
        VictimFigures after = await victim.LookUntilAsync(figures => figures.Heap - before.Heap <= AttackResult.MaxHeapGrowth, HeapPatience, collect: true);
        return new AttackResult(attack, seconds, published, newcomer, before, during, after)
        {
            ColdHeap = cold,
            AnswersRpc = (await victim.CallAsync("rpc {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"opp2p_self\"}")).Contains(victim.Address.PeerId!.ToString(), StringComparison.Ordinal),
        };
    }

    private static async Task WarmUpAsync(HonestPeer honest, Attack? attack, AttackTarget target)
    {
        using CancellationTokenSource stop = new(WarmUp);
        await Task.WhenAll(attack?.RunAsync(target, stop.Token) ?? Task.CompletedTask, honest.PublishAsync(BlockSize, stop.Token));
    }
}
