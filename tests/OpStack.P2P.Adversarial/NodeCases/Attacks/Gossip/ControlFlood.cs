using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>RPCs of control, made anew each time.</summary>
internal sealed class ControlFlood(string name, string row, int perSecond, Func<Random, int, GossipRpc> make) : Attack
{
    /// <summary>After so many it comes back as somebody else.</summary>
    private const int PerLife = 1_000;

    public override string Name => name;

    public override string Row => row;

    public override string Unit => "RPCs";

    protected override int Attackers => 4;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using GossipAttacker peer = await GossipAttacker.JoinAsync(target, stop);
        Random random = new(attacker);
        Pace pace = new(perSecond);
        for (int i = 0; i < PerLife; i++)
        {
            await pace.NextAsync(stop);
            await peer.SendAsync(make(random, i), stop);
            CountSent();
        }
    }
}
