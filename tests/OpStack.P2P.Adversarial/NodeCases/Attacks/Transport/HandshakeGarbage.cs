using System.Buffers.Binary;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Noise handshakes of random bytes, in frames of every length; every other connection is garbage from its first byte.</summary>
internal sealed class HandshakeGarbage : Attack
{
    private const int PerSecond = 50;
    private static readonly int[] Lengths = [0, 1, 15, 32, 200, 65_535];

    public override string Name => "handshake-garbage";

    public override string Row => "17, 18";

    public override string Unit => "handshakes";

    protected override int Attackers => 4;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        Random random = new(attacker);
        Pace pace = new(PerSecond);
        for (int i = 0; ; i++)
        {
            await pace.NextAsync(stop);
            TcpConnection connection = await AttackTransport.ConnectAsync(target.Tcp, stop);
            try
            {
                if (i % 2 == 0)
                {
                    await Multistream.SelectAsync(connection, ["/noise"], stop);
                }

                await connection.WriteAsync(Frame(random, Lengths[i / 2 % Lengths.Length]), stop);
                CountSent();
                await connection.ReadAsync(new byte[1_024], stop).AsTask().WaitAsync(TimeSpan.FromSeconds(1), stop);
            }
            catch (Exception e) when (e is Libp2p.Libp2pException or TimeoutException)
            {
                // Closed: what is to be expected. Or still waiting for more.
            }
            finally
            {
                connection.Abort();
            }
        }
    }

    private static byte[] Frame(Random random, int length)
    {
        byte[] frame = new byte[sizeof(ushort) + length];
        random.NextBytes(frame);
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)length);
        return frame;
    }
}
