using System.Net;
using System.Net.Sockets;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Discovery;

/// <summary>Datagrams from many ports; what comes back is read and counted.</summary>
internal abstract class UdpFlood : Attack
{
    private const int Sockets = 64;
    private const int Batch = 20;
    private const int BatchesPerSecond = 250;

    private long _bytesOut;
    private long _bytesIn;

    public override string Unit => "datagrams";

    protected override int Attackers => 2;

    /// <summary>To one that has proven nothing more than it has sent (no amplification).</summary>
    public override IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) =>
    [
        new("bytes sent to attackers", Interlocked.Read(ref _bytesIn), Interlocked.Read(ref _bytesOut)),
        new("discovery that does not work", after.DiscoveryIsHealthy ? 0 : 1, 0),
    ];

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        Socket[] sockets = [.. Enumerable.Range(0, Sockets).Select(_ => Open())];
        try
        {
            Random random = new(attacker);
            Pace pace = new(BatchesPerSecond);
            for (int i = 0; ; i++)
            {
                await pace.NextAsync(stop);
                Socket socket = sockets[i % Sockets];
                for (int n = 0; n < Batch; n++)
                {
                    Send(socket, target, Make(target, random, i + n));
                }

                TakeAnswers(socket, target);
            }
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    /// <summary>The next datagram.</summary>
    protected abstract byte[] Make(AttackTarget target, Random random, int number);

    /// <summary>What to say to an answer; null for nothing.</summary>
    protected virtual byte[]? Answer(AttackTarget target, ReadOnlySpan<byte> answer) => null;

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(AttackTarget.Source, 0));
        return socket;
    }

    private void Send(Socket socket, AttackTarget target, byte[] datagram)
    {
        try
        {
            Interlocked.Add(ref _bytesOut, socket.SendTo(datagram, target.Udp));
            CountSent();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            // Its buffer is full: this one is left out.
        }
    }

    private void TakeAnswers(Socket socket, AttackTarget target)
    {
        byte[] buffer = new byte[2_048];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        while (socket.Available > 0)
        {
            int length = socket.ReceiveFrom(buffer, ref from);
            Interlocked.Add(ref _bytesIn, length);
            if (Answer(target, buffer.AsSpan(0, length)) is { } reply)
            {
                Send(socket, target, reply);
            }
        }
    }
}
