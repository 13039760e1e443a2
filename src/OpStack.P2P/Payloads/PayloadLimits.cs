namespace OpStack.P2P.Payloads;

/// <summary>Bounds of this folder.</summary>
internal static class PayloadLimits
{
    /// <summary>Shortest message in bytes: a signature and one byte (op-node gossip.go minGossipSize).</summary>
    public const int MinMessageLength = BlockSignature.Size + 1;

    /// <summary>Longest extraData in bytes (op-node ssz.go; the yellow paper's rule).</summary>
    public const int MaxExtraDataLength = 32;

    /// <summary>Most transactions in a block (op-node ssz.go: 1 &lt;&lt; 20).</summary>
    public const int MaxTransactions = 1 << 20;

    /// <summary>Most withdrawals in a block (op-node ssz.go: 16). Valid L2 blocks have none.</summary>
    public const int MaxWithdrawals = 16;

    /// <summary>
    /// Largest declared length that <paramref name="compressedLength"/> bytes of snappy elements could reach.
    /// Per byte of input no element gives more than a copy with a 2-byte offset, 64 bytes for 3: a copy with a 1-byte offset
    /// gives at most 11 for 2, one with a 4-byte offset 64 for 5, and a literal one less than it takes. So n bytes give at most 64n/3.
    /// </summary>
    public static long MaxSnappyExpansion(int compressedLength) => 64L * compressedLength / 3;
}
