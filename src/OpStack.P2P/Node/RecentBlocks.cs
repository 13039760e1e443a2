using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Node;

/// <summary>The unsafe blocks that came last, for whoever watches the node; at most <see cref="NetworkLimits.MaxRecentBlocks"/>. Any thread.</summary>
internal sealed class RecentBlocks(TimeProvider time)
{
    // Year 9999, where DateTimeOffset ends: an operator may post a block of any timestamp.
    private const ulong LastSecond = 253_402_300_799;

    private readonly Lock _gate = new();
    private readonly Queue<RecentBlock> _blocks = new();
    private long _total;

    /// <summary>All that ever came.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Those held, in the order they came.</summary>
    public IReadOnlyList<RecentBlock> Snapshot()
    {
        lock (_gate)
        {
            return [.. _blocks];
        }
    }

    public void OnGossiped(BlockReceived block) => Add(block.Envelope, block.ReceivedAt, BlockOrigin.Gossip, block.Source);

    public void Add(OpNetworkPayloadEnvelope envelope, BlockOrigin origin, PeerId? peer = null) => Add(envelope, time.GetUtcNow(), origin, peer);

    private void Add(OpNetworkPayloadEnvelope envelope, DateTimeOffset receivedAt, BlockOrigin origin, PeerId? peer)
    {
        ExecutionPayload payload = envelope.Payload;
        RecentBlock block = new(
            payload.BlockNumber,
            payload.BlockHash,
            envelope.Body.Length,
            payload.Transactions.Count,
            DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(payload.Timestamp, LastSecond)),
            receivedAt,
            origin,
            peer);
        lock (_gate)
        {
            if (_blocks.Count == NetworkLimits.MaxRecentBlocks)
            {
                _blocks.Dequeue();
            }

            _blocks.Enqueue(block);
            _total++;
        }
    }
}
