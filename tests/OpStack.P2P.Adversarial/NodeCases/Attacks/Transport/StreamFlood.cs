using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks.Transport;

/// <summary>Streams of a protocol the victim speaks, opened and used as the protocol says, far more often than anybody needs.</summary>
/// <param name="name">As <see cref="Attack.Name"/>.</param>
/// <param name="row">As <see cref="Attack.Row"/>.</param>
/// <param name="protocol">The protocol.</param>
/// <param name="request">What is written on a stream.</param>
/// <param name="perSecond">Streams of one attacker.</param>
/// <param name="open">Streams of one attacker that stay open besides the one in use.</param>
internal sealed class StreamFlood(string name, string row, string protocol, Func<ulong, byte[]> request, int perSecond, int open = 0) : Attack
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(100);

    public override string Name => name;

    public override string Row => row;

    public override string Unit => "requests";

    protected override int Attackers => 2;

    protected override async Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        await using SwarmAttacker peer = await SwarmAttacker.ConnectAsync(target, stop);
        Pace pace = new(perSecond);
        Queue<IByteStream> streams = [];
        for (ulong i = 1; ; i++)
        {
            await pace.NextAsync(stop);
            try
            {
                CountSent();
                ProtocolStream stream = await peer.Swarm.OpenStreamAsync(target.Peer, [protocol], stop);
                streams.Enqueue(stream.Bytes);
                await stream.Bytes.WriteAsync(request(i), stop);
            }
            catch (Libp2pException) when (peer.Swarm.ConnectedPeers.Count > 0)
            {
                // One stream too many: the connection lives.
            }

            if (streams.Count > open)
            {
                await EndAsync(streams.Dequeue(), stop);
            }
        }
    }

    /// <summary>In the middle of the answer, if there is one.</summary>
    private static async Task EndAsync(IByteStream stream, CancellationToken stop)
    {
        Task answer = stream.ReadAsync(new byte[1_024], stop).AsTask();
        await answer.WaitAsync(AnswerTime, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stream.Abort();
    }
}
