using OpStack.Libp2p.Connections;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Streams of a protocol the victim speaks, opened and used as the protocol says, far more often than anybody needs.</summary>
internal sealed class StreamFlood(string name, string row, string protocol, Func<ulong, byte[]> request, int perSecond) : Attack
{
    public override string Name => name;

    public override string Row => row;

    public override string Unit => "requests";

    protected override int Attackers => 2;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using SwarmAttacker peer = await SwarmAttacker.ConnectAsync(target, stop);
        Pace pace = new(perSecond);
        byte[] buffer = new byte[16 * 1024];
        for (ulong i = 1; ; i++)
        {
            await pace.NextAsync(stop);
            ProtocolStream stream = await peer.Swarm.OpenStreamAsync(target.Peer, [protocol], stop);
            await stream.Bytes.WriteAsync(request(i), stop);
            CountSent();
            await stream.Bytes.ReadAsync(buffer, stop);
            stream.Bytes.Abort(); // In the middle of the answer.
        }
    }
}
