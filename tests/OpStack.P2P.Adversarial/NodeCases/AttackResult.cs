using OpStack.P2P.Adversarial.NodeCases.Attacks;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases;

/// <summary>What came of an attack.</summary>
/// <param name="Attack">The attack, with its counts.</param>
/// <param name="Seconds">How long it was measured.</param>
/// <param name="Published">Honest blocks.</param>
/// <param name="Newcomer">How long an honest peer took to connect in the middle of it; null if it was refused.</param>
/// <param name="Before">Before it.</param>
/// <param name="During">At its end.</param>
/// <param name="After">After it, with the peaks and deliveries of it.</param>
internal sealed record AttackResult(
    Attack Attack, double Seconds, long Published, TimeSpan? Newcomer, VictimFigures Before, VictimFigures During, VictimFigures After)
{
    /// <summary>Of the heap after a full collection (attack-cases.md section 4).</summary>
    public const long MaxHeapGrowth = 8 << 20;

    /// <summary>Percent of the honest blocks that must be delivered (attack-cases.md section 4).</summary>
    private const int MinDelivered = 99;

    /// <summary>Whether opp2p_self is answered.</summary>
    public required bool AnswersRpc { get; init; }

    public long HeapGrowth => After.Heap - Before.Heap;

    /// <summary>Messages, of whomever, that nobody got round to judging in 3 s: the attack's doing, or a machine busy with something else.</summary>
    public long TooLate => After.TooLate - Before.TooLate;

    /// <summary>Heap before the victim first met the attack, after full collections.</summary>
    public required long ColdHeap { get; init; }

    /// <summary>The same growth, from then on: with the arrays that the runtime's shared pool keeps for a minute or two.</summary>
    public long PooledGrowth => After.Heap - ColdHeap;

    /// <summary>Percent of one core.</summary>
    public double Cpu => 100 * (During.CpuSeconds - Before.CpuSeconds) / Seconds;

    /// <summary>Everything that must hold, and how it is.</summary>
    public IEnumerable<AttackBound> Bounds =>
    [
        new("RPC that is not answered", AnswersRpc ? 0 : 1, 0),
        new("percent of honest blocks lost", Published == 0 ? 100 : (Published - After.Blocks) * 100 / Published, 100 - MinDelivered),
        new("honest newcomers refused", Newcomer is null ? 1 : 0, 0),
        new("growth of the heap", HeapGrowth, MaxHeapGrowth),
        new("unobserved exceptions", After.Unobserved, 0),
        new("faults of the gossip code", After.GossipFaults, 0),
        new("faults of the node's parts", After.PartFaults, 0),
        .. Attack.Bounds(Before, After),
    ];

    /// <summary>What does not hold.</summary>
    public IEnumerable<string> Broken => Bounds.Where(bound => bound.Actual > bound.Most).Select(bound => $"{bound.What}: {bound.Actual}, at most {bound.Most}");
}
