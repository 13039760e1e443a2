using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Gossip;

/// <summary>
/// The payload hash of one message, computed by whoever comes first: a thread of the pool, or who needs it. Nobody ever waits for a thread to be
/// found, only for one that is at it.
/// </summary>
/// <param name="body">The message without its signature.</param>
internal sealed class EarlyHash(ReadOnlyMemory<byte> body) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<PayloadHash> _hash = new();
    private ReadOnlyMemory<byte> _body = body;
    private int _isTaken;

    /// <summary>The message's id; set before anyone can find the hash by it.</summary>
    public MessageId Id { get; set; }

    /// <summary>Takes the work on; false when somebody has it already.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>What the thread of the pool does.</summary>
    public void Execute()
    {
        if (TryTake())
        {
            PayloadHash hash = PayloadHash.Compute(_body.Span);
            _body = default;
            _hash.SetResult(hash);
        }
    }

    /// <summary>The hash, for one to whom <see cref="TryTake"/> said no.</summary>
    public PayloadHash Wait() => _hash.Task.GetAwaiter().GetResult();
}
