using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>Messages on the block topic, made anew each time; after a few, when nobody listens any more, from somebody else.</summary>
/// <param name="name">As <see cref="Attack.Name"/>.</param>
/// <param name="row">As <see cref="Attack.Row"/>.</param>
/// <param name="perSecond">Messages of one attacker.</param>
/// <param name="perLife">Messages under one name.</param>
/// <param name="make">The data of a message.</param>
internal sealed class MessageFlood(string name, string row, int perSecond, int perLife, Func<Random, byte[]> make) : Attack
{
    public override string Name => name;

    public override string Row => row;

    public override string Unit => "messages";

    /// <summary>Messages of one attacker that may be judged until it is below the graylist threshold; null for any number.</summary>
    public int? JudgedPerLife { get; init; }

    protected override int Attackers => 4;

    public override IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) => JudgedPerLife is { } each
        ? [new("messages of attackers that were judged", after.Rejected - before.Rejected, each * Lives)]
        : [];

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        Random random = new((attacker * 1_000_000) + (int)Lives);
        await using GossipAttacker peer = await GossipAttacker.JoinAsync(target, stop);
        Pace pace = new(perSecond);
        for (int i = 0; i < perLife; i++)
        {
            await pace.NextAsync(stop);
            await peer.PublishAsync(make(random), stop);
            CountSent();
        }
    }
}
