using System.Buffers;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Transport;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>A peer of gossip under a new name that subscribes to the block topic and then says what it is told to.</summary>
internal sealed class GossipAttacker : IAsyncDisposable
{
    private const string Protocol = "/meshsub/1.2.0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SwarmAttacker _peer;
    private readonly IByteStream _stream;

    private GossipAttacker(SwarmAttacker peer, IByteStream stream)
    {
        _peer = peer;
        _stream = stream;
    }

    /// <param name="target">Whom to join.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="reads">Whether it reads what the victim sends it.</param>
    public static async Task<GossipAttacker> JoinAsync(AttackTarget target, CancellationToken stop, bool reads = true)
    {
        TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SwarmAttacker peer = await SwarmAttacker.ConnectAsync(target, stop, swarm => swarm.SetStreamHandler(Protocol, ListenAsync));
        try
        {
            await heard.Task.WaitAsync(Patience, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            GossipAttacker attacker = new(peer, (await peer.Swarm.OpenStreamAsync(target.Peer, [Protocol], stop)).Bytes);
            await attacker.SendAsync(new GossipRpc { Subscriptions = { new SubscriptionEntry(HonestBlocks.Topic, Subscribe: true) } }, stop);
            return attacker;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }

        async Task ListenAsync(ProtocolStream stream, CancellationToken cancellationToken)
        {
            heard.TrySetResult();
            byte[] buffer = new byte[16 * 1024];
            while (reads && await stream.Bytes.ReadAsync(buffer, cancellationToken) > 0)
            {
                // What it is told does not matter.
            }

            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task SendAsync(GossipRpc rpc, CancellationToken stop)
    {
        ArrayBufferWriter<byte> bytes = new();
        RpcWriter.Write(rpc, bytes);
        return SendAsync(bytes.WrittenMemory, stop);
    }

    /// <summary>A message on the block topic.</summary>
    public async Task PublishAsync(byte[] data, CancellationToken stop)
    {
        GossipFrame frame = GossipFrame.Encode(HonestBlocks.Topic, data);
        await SendAsync(frame.Bytes, stop);
        frame.Release();
    }

    /// <summary>A frame, its length prefix included.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken stop) => await _stream.WriteAsync(frame, stop);

    public ValueTask DisposeAsync() => _peer.DisposeAsync();
}
