using OpStack.P2P.Payloads;
using OpStack.Primitives;

namespace OpStack.P2P.Gossip;

/// <summary>The two long hashes of a block, neither of which needs the other.</summary>
/// <param name="Payload">Of the body; the signature is over it.</param>
/// <param name="TransactionsRoot">Of the transactions, when it was computed along with the other; else null.</param>
internal readonly record struct BlockHashes(PayloadHash Payload, Hash256? TransactionsRoot)
{
    /// <summary>
    /// Hashes a body; on two cores, its transactions root beside it. Fork and join: what comes out is the same, and nothing runs on. The root comes
    /// before the signature is known to be good then, so it is computed only where it costs less than the hash that has to be (a trie of tiny
    /// transactions costs several times as much), and otherwise left for later.
    /// </summary>
    /// <param name="version">The version of the topic.</param>
    /// <param name="body">The message without its signature.</param>
    /// <param name="inParallel">Whether there is another core.</param>
    /// <param name="early">The payload hash, where it was begun before; null where not.</param>
    public static BlockHashes Compute(PayloadVersion version, ReadOnlyMemory<byte> body, bool inParallel, EarlyHash? early = null)
    {
        Hash256? root = null;
        if (inParallel
            && body.Length >= GossipLimits.MinParallelSize
            && OpNetworkPayloadEnvelope.TryFindTransactions(version, body, out TransactionList transactions)
            && (long)transactions.Count * GossipLimits.MinParallelTransactionSize <= body.Length)
        {
            // The longer part for the other thread. Should none have come for it when the root is there, no time is lost either.
            early ??= EarlyHash.Start(body);
            root = OrderedTrie.Root(transactions);
        }

        return new BlockHashes(early is null || early.TryTake() ? PayloadHash.Compute(body.Span) : early.Wait(), root);
    }
}
