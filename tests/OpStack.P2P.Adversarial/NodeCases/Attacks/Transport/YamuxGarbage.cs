using OpStack.Libp2p;
using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Frames no session may have: credit beyond all bounds, bodies beyond window and frame, unknown types, ids of the wrong side.</summary>
internal sealed class YamuxGarbage : Attack
{
    private const int PerSecond = 25;

    private static readonly YamuxHeader Open = new(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1, 0);

    private static readonly YamuxHeader[][] Sessions =
    [
        [Open, new(YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, uint.MaxValue), new(YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, uint.MaxValue)],
        [new(YamuxFrameType.Data, YamuxFlags.Syn, 1, 262_145)],
        [Open, new(YamuxFrameType.Data, YamuxFlags.None, 1, (1 << 20) + 1)],
        [Open, new(YamuxFrameType.Data, YamuxFlags.None, 1, uint.MaxValue)],
        [new((YamuxFrameType)9, YamuxFlags.None, 1, 0)],
        [new(YamuxFrameType.Data, (YamuxFlags)0xfff0, 1, 0)],
        [new(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 2, 0)],
        [Open, Open],
    ];

    public override string Name => "yamux-garbage";

    public override string Row => "23, 24";

    public override string Unit => "sessions";

    protected override int Attackers => 2;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        Pace pace = new(PerSecond);
        for (int i = attacker; ; i++)
        {
            await pace.NextAsync(stop);
            await using NoiseAttacker peer = await NoiseAttacker.ConnectAsync(target, stop);
            try
            {
                await peer.SendAsync(Sessions[i % Sessions.Length], stop);
                CountSent();
                byte[] buffer = new byte[4_096];
                while (await peer.Bytes.ReadAsync(buffer, stop) > 0)
                {
                    // Until it closes.
                }
            }
            catch (Libp2pException)
            {
                // Closed by the victim.
            }
        }
    }
}
