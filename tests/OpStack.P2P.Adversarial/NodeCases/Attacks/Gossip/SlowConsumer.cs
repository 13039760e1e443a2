using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>Peers that have themselves sent every block and read none of them.</summary>
internal sealed class SlowConsumer : Attack
{
    public override string Name => "slow-consumer";

    public override string Row => "42";

    public override string Unit => "grafts";

    protected override int Attackers => 8;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using GossipAttacker peer = await GossipAttacker.JoinAsync(target, stop, reads: false);
        await peer.SendAsync(new GossipRpc { Graft = { HonestBlocks.Topic } }, stop);
        CountSent();
        await Task.Delay(Timeout.Infinite, stop);
    }
}
