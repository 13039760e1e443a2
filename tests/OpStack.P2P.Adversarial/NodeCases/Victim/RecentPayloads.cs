using System.Collections.Concurrent;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>The last blocks that came out of a node, to be served by number.</summary>
internal sealed class RecentPayloads : IPayloadSource
{
    private const int Kept = 32;

    private readonly ConcurrentDictionary<ulong, OpNetworkPayloadEnvelope> _blocks = new();
    private readonly Queue<ulong> _order = new();

    /// <summary>By one thread.</summary>
    public void Add(OpNetworkPayloadEnvelope block)
    {
        if (_blocks.TryAdd(block.Payload.BlockNumber, block))
        {
            _order.Enqueue(block.Payload.BlockNumber);
        }

        if (_order.Count > Kept)
        {
            _blocks.TryRemove(_order.Dequeue(), out _);
        }
    }

    public ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken) =>
        new(_blocks.GetValueOrDefault(number));
}
