using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>Peers that connect, subscribe and are gone.</summary>
internal sealed class Churn : Attack
{
    public override string Name => "churn";

    public override string Row => "43";

    public override string Unit => "peers";

    protected override int Attackers => 4;

    public override IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) =>
        [new("peers of gossip beyond those connected", after.GossipPeers - after.Inbound - after.Outbound, 0)];

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using GossipAttacker peer = await GossipAttacker.JoinAsync(target, stop);
        CountSent();
    }
}
