using OpStack.Libp2p.Transport;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Connections on which nothing is ever said; each attacker holds as many as it can.</summary>
internal sealed class ConnectFlood : Attack
{
    private const int Held = 250;
    private const int PerSecond = 100;

    public override string Name => "connect-flood";

    public override string Row => "14";

    public override string Unit => "connections";

    protected override int Attackers => 4;

    public override IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) =>
        [new("handshakes open at once", after.PeakHalfOpen, 32)];

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        Pace pace = new(PerSecond);
        Queue<TcpConnection> held = [];
        try
        {
            while (true)
            {
                await pace.NextAsync(stop);
                held.Enqueue(await AttackTransport.ConnectAsync(target.Tcp, stop));
                CountSent();
                if (held.Count > Held)
                {
                    held.Dequeue().Abort();
                }
            }
        }
        finally
        {
            foreach (TcpConnection connection in held)
            {
                connection.Abort();
            }
        }
    }
}
