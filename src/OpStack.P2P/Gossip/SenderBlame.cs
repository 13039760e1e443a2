using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Whether a rejected block costs its sender score (P4). Not where the fault may be ours: our clock or our fork schedule may be wrong, and after a
/// rotation of the unsafe block signer that we have not learned of yet every honest peer sends blocks of a stranger, until L1 is read again
/// (op-node: up to 10 minutes). One owner; not thread-safe.
/// </summary>
/// <remarks>
/// A wrong signer costs only if a block of our signer was accepted within <see cref="GossipLimits.SignerTrust"/>. Since the first block after a
/// rotation comes one block time after the last one before it, even then the blame waits until our signer is heard of again, which proves that
/// there was no rotation; only more blocks at once than a new sequencer would make are blamed on the spot.
/// </remarks>
internal sealed class SenderBlame(TimeProvider clock, TimeSpan blockTime)
{
    private readonly List<Suspicion> _suspicions = [];
    private long? _accepted;

    /// <summary>A block was accepted. Returns what senders of suspected blocks are to be blamed for now.</summary>
    public IReadOnlyList<InvalidMessage> OnAccepted(Address? signer)
    {
        List<InvalidMessage> proven = [];
        if (IsTrusted)
        {
            // A signer that has become ours meanwhile was no stranger.
            proven.AddRange(_suspicions.Where(s => s.Signer != signer).Select(s => new InvalidMessage(s.Sender, s.Topic)));
        }

        _suspicions.Clear();
        _accepted = clock.GetTimestamp();
        return proven;
    }

    /// <summary>A block was rejected: true when that costs its sender score at once.</summary>
    public bool OnRejected(BlockInvalidReason reason, PeerId? sender, string topic, Address? signer) => reason switch
    {
        BlockInvalidReason.Timestamp => false,

        // Both are as our signer signed them. Where blob gas begins is a matter of our fork schedule, and everybody else may have a newer one.
        BlockInvalidReason.BlobGasUsed => false,

        // Of many blocks of one height each node saw other ones first.
        BlockInvalidReason.TooManyBlocks => false,
        BlockInvalidReason.Signer => sender is not null && IsTrusted && !IsPossibleSuccessor(sender, topic, signer),
        _ => true,
    };

    private bool IsTrusted => _accepted is { } at && clock.GetElapsedTime(at) <= GossipLimits.SignerTrust;

    private bool IsPossibleSuccessor(PeerId sender, string topic, Address? signer)
    {
        int lately = _suspicions.Count(s => s.Sender.Equals(sender) && clock.GetElapsedTime(s.At) < blockTime);
        if (lately >= GossipLimits.MaxSuccessorBlocks)
        {
            return false;
        }

        if (_suspicions.Count < GossipLimits.MaxSuspicions)
        {
            _suspicions.Add(new Suspicion(sender, topic, signer, clock.GetTimestamp()));
        }

        return true;
    }

    private readonly record struct Suspicion(PeerId Sender, string Topic, Address? Signer, long At);
}
