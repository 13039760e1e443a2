namespace OpStack.P2P;

/// <summary>
/// What is wrong with a gossiped block: the checks of op-node's BuildBlocksValidator in their order, under the names of kona's
/// BlockInvalidError.
/// </summary>
public enum BlockInvalidReason
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>The topic is not one of this chain's. Reject.</summary>
    UnknownTopic,
    /// <summary>The length is unreadable or above 10 MiB, or the data does not decompress. Reject.</summary>
    BrokenSnappyEncoding,
    /// <summary>Fewer than 66 bytes. Reject.</summary>
    InvalidLength,
    /// <summary>No unsafe block signer is configured: a matter of ours. Ignore.</summary>
    NoSigner,
    /// <summary>The signature is malformed. Reject.</summary>
    Signature,
    /// <summary>Signed by somebody else. Reject.</summary>
    Signer,
    /// <summary>No payload of the topic's version; <see cref="BlockCheck.DecodeError"/> tells more. Reject.</summary>
    BrokenSszEncoding,
    /// <summary>Too old, or too far in the future. Reject.</summary>
    Timestamp,
    /// <summary>The block's hash is not the one it claims. Reject.</summary>
    BlockHash,
    /// <summary>A withdrawal, which no L2 block has. Reject.</summary>
    Withdrawals,
    /// <summary>V3 and later: blob gas used before Jovian. Reject.</summary>
    BlobGasUsed,
    /// <summary>V3 and later: excess blob gas. Reject.</summary>
    ExcessBlobGas,
    /// <summary>More than five different blocks were seen at this height. Reject.</summary>
    TooManyBlocks,
    /// <summary>The block was seen before. Ignore.</summary>
    BlockSeen,
}
