using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Payloads;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Gossip;

/// <summary>
/// The payload hash of one message, computed by whoever comes first: a thread of the pool, which follows the decompression, or who needs it. Nobody
/// ever waits for a thread to be found, only for one that is at it.
/// </summary>
/// <param name="body">What to hash: the message without its signature, which may still be on its way.</param>
internal sealed class EarlyHash(ReadOnlyMemory<byte> body) : IThreadPoolWorkItem, ISnappyFollower
{
    private const int Abandoned = int.MinValue;

    // A monitor, since a task that is waited for allocates an event.
    private readonly object _gate = new();
    private PayloadHash _hash;
    private bool _isDone;
    private ReadOnlyMemory<byte> _body = body;
    private int _ready;
    private int _isTaken;

    /// <summary>The message's id; set before anyone can find the hash by it.</summary>
    public MessageId Id { get; set; }

    /// <summary>Somebody has taken the work on.</summary>
    public bool IsTaken => Volatile.Read(ref _isTaken) != 0;

    /// <summary>Takes the work on; false when somebody has it already.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Gives a body that is whole to a thread of the pool.</summary>
    public static EarlyHash Start(ReadOnlyMemory<byte> body)
    {
        EarlyHash hash = new(body) { _ready = body.Length };
        ThreadPool.UnsafeQueueUserWorkItem(hash, preferLocal: false);
        return hash;
    }

    /// <summary>So much of the message is decompressed, its signature included.</summary>
    public void Written(int length) => Volatile.Write(ref _ready, length - BlockSignature.Size);

    /// <summary>The message does not decompress: there is nothing to hash.</summary>
    public void Abandon() => Volatile.Write(ref _ready, Abandoned);

    /// <summary>What the thread of the pool does.</summary>
    public void Execute()
    {
        if (TryTake() && TryHash(_body.Span, out PayloadHash hash))
        {
            lock (_gate)
            {
                _hash = hash;
                Volatile.Write(ref _isDone, true);
                Monitor.PulseAll(_gate);
            }
        }

        _body = default;
    }

    /// <summary>The hash of a message that decompresses, for one to whom <see cref="TryTake"/> said no.</summary>
    public PayloadHash Wait()
    {
        // To be put to sleep and woken again takes a good part of the time that a block of 100 KB does.
        SpinWait wait = default;
        for (int turn = 0; turn < GossipLimits.MaxHashTurns && !Volatile.Read(ref _isDone); turn++)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        lock (_gate)
        {
            while (!_isDone)
            {
                Monitor.Wait(_gate);
            }

            return _hash;
        }
    }

    private bool TryHash(ReadOnlySpan<byte> body, out PayloadHash hash)
    {
        Keccak256Hasher hasher = default;
        SpinWait wait = default;
        for (int hashed = 0; hashed < body.Length;)
        {
            int ready = Volatile.Read(ref _ready);
            if (ready == Abandoned)
            {
                hash = default;
                return false;
            }

            if (ready > hashed)
            {
                hasher.Append(body[hashed..ready]);
                hashed = ready;
            }
            else
            {
                // Decompression is ten times as fast, so this is only its first step, or it has lost its core.
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }

        Span<byte> value = stackalloc byte[Hash256.Size];
        hasher.GetHashAndReset(value);
        hash = new PayloadHash(new Hash256(value));
        return true;
    }
}
