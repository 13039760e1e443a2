using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Begins the payload hash of a message on another core while it is decompressed and its id computed: the hash is the longest part of a validation, and
/// needs nothing of the rest. It is a guess, since the message may turn out to be malformed, or known under another encoding, so there is one at a time:
/// the next begins when a check has asked for the last, or when a valid block says that all is well. A peer that sends such messages wastes one hash for
/// each valid block, and no more. Safe for use from any thread.
/// </summary>
/// <param name="start">Gives the work to another thread.</param>
internal sealed class EarlyHashes(Action<EarlyHash> start)
{
    private int _isBusy;
    private EarlyHash? _named;

    /// <summary>On the thread pool.</summary>
    public EarlyHashes()
        : this(static hash => ThreadPool.UnsafeQueueUserWorkItem(hash, preferLocal: false))
    {
    }

    /// <summary>Begins one; null while another is out. <see cref="Name"/> must follow.</summary>
    /// <param name="message">Where the message is going to be decompressed to.</param>
    public EarlyHash? Begin(byte[] message)
    {
        if (message.Length < GossipLimits.MinParallelSize || Interlocked.CompareExchange(ref _isBusy, 1, 0) != 0)
        {
            return null;
        }

        EarlyHash hash = new(message.AsMemory(BlockSignature.Size));
        start(hash);
        return hash;
    }

    /// <summary>Lets it be found by its message's id.</summary>
    public void Name(EarlyHash hash, MessageId id)
    {
        hash.Id = id;
        Volatile.Write(ref _named, hash);
    }

    /// <summary>Takes out the hash of a message, which is then the caller's; null when it is not there.</summary>
    public EarlyHash? Take(MessageId id) => Volatile.Read(ref _named) is { } hash && hash.Id == id && TryRemove(hash) ? hash : null;

    /// <summary>A valid block was seen: what nobody asked for until now was wasted, and is forgotten.</summary>
    public void OnValid()
    {
        if (Volatile.Read(ref _named) is { } unused)
        {
            TryRemove(unused);
        }
    }

    private bool TryRemove(EarlyHash hash)
    {
        if (Interlocked.CompareExchange(ref _named, null, hash) != hash)
        {
            return false;
        }

        Volatile.Write(ref _isBusy, 0);
        return true;
    }
}
