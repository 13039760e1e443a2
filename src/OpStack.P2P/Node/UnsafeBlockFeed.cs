using System.Threading.Channels;

namespace OpStack.P2P.Node;

/// <summary>
/// Hands blocks on to the host: those of gossip in arrival order, those of sync and of the operator between them. It waits for the host, so
/// that what is too much is dropped and counted in one place, the driver's queue.
/// </summary>
internal sealed class UnsafeBlockFeed(GossipDriver gossip)
{
    private readonly Channel<OpNetworkPayloadEnvelope> _blocks = Channel.CreateBounded<OpNetworkPayloadEnvelope>(NetworkLimits.MaxUnsafeBlocks);

    /// <summary>What the host reads.</summary>
    public ChannelReader<OpNetworkPayloadEnvelope> Blocks => _blocks.Reader;

    /// <summary>Told of every block of gossip before the host is.</summary>
    public Action<OpNetworkPayloadEnvelope>? OnGossiped { get; set; }

    /// <summary>Hands on a block that did not come by gossip. Throws <see cref="ChannelClosedException"/> after the end.</summary>
    public ValueTask AddAsync(OpNetworkPayloadEnvelope block, CancellationToken cancellationToken) => _blocks.Writer.WriteAsync(block, cancellationToken);

    /// <summary>Reads the driver's events to their end, or until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopped)
    {
        while (await gossip.NextAsync(stopped).ConfigureAwait(false) is { } next)
        {
            if (next is BlockReceived block)
            {
                OnGossiped?.Invoke(block.Envelope);
                await AddAsync(block.Envelope, stopped).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The last block is in; what the host has not read by then it still can.</summary>
    public void Complete() => _blocks.Writer.TryComplete();
}
