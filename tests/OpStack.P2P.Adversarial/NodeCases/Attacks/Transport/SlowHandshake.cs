using System.Text;
using OpStack.Libp2p.Transport;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>A handshake of one byte in 200 ms: it would take most of a minute.</summary>
internal sealed class SlowHandshake : Attack
{
    public override string Name => "slow-handshake";

    public override string Row => "15";

    public override string Unit => "bytes";

    protected override int Attackers => 64;

    public override IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) =>
        [new("handshakes open at once", after.PeakHalfOpen, 32)];

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        TcpConnection connection = await AttackTransport.ConnectAsync(target.Tcp, stop);
        try
        {
            byte[] script = [.. Encoding.ASCII.GetBytes("\x13/multistream/1.0.0\n\x07/noise\n"), 0, 32, .. new byte[256]];
            Pace pace = new(5);
            foreach (byte next in script)
            {
                await pace.NextAsync(stop);
                await connection.WriteAsync(new[] { next }, stop);
                CountSent();
            }
        }
        finally
        {
            connection.Abort();
        }
    }
}
