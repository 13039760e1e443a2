using OpStack.P2P.Hosting;

namespace OpStack.P2P.HostedNode;

/// <summary>Reads the unsafe blocks, as a rollup node would to hand them to its engine.</summary>
internal sealed partial class BlockLogger(P2PNode p2p, ILogger<BlockLogger> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        NetworkHandler node = await p2p.Started.WaitAsync(stoppingToken);
        await foreach (OpNetworkPayloadEnvelope block in node.UnsafeBlocks.ReadAllAsync(stoppingToken))
        {
            Log(block.Payload.BlockNumber, block.Payload.BlockHash, block.Payload.Transactions.Count, node.Gossip.ConnectedPeers.Count);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Block {Number} {Hash} of {Transactions} transactions, {Peers} peers")]
    private partial void Log(ulong number, Primitives.Hash256 hash, int transactions, int peers);
}
