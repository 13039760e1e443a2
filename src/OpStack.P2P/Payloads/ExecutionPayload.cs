using OpStack.P2P.Payloads;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// The execution payload of an L2 block, V1 to V4: the version says which of the nullable fields are there. Immutable.
/// What is of type memory is a slice of the message the payload was decoded from, and must not be written to.
/// </summary>
public sealed record ExecutionPayload
{
    /// <summary>Length of <see cref="LogsBloom"/> in bytes.</summary>
    public const int LogsBloomSize = 256;

    /// <summary>Hash of the parent block.</summary>
    public required Hash256 ParentHash { get; init; }

    /// <summary>Who receives the fees.</summary>
    public required Address FeeRecipient { get; init; }

    /// <summary>State root after the block.</summary>
    public required Hash256 StateRoot { get; init; }

    /// <summary>Root of the receipts.</summary>
    public required Hash256 ReceiptsRoot { get; init; }

    /// <summary>256 bytes.</summary>
    public required ReadOnlyMemory<byte> LogsBloom { get; init; }

    /// <summary>The header's mixHash.</summary>
    public required Hash256 PrevRandao { get; init; }

    /// <summary>Height.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>Most gas the block may use.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Gas used.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>Unix seconds.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>At most 32 bytes: fork-dependent parameters that this layer does not look into.</summary>
    public required ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>In wei.</summary>
    public required UInt256 BaseFeePerGas { get; init; }

    /// <summary>The hash the block claims to have; <see cref="ComputeBlockHash"/> tells the true one.</summary>
    public required Hash256 BlockHash { get; init; }

    /// <summary>The transactions, as opaque bytes.</summary>
    public required TransactionList Transactions { get; init; }

    /// <summary>V2 and later; empty in every valid L2 block.</summary>
    public IReadOnlyList<Withdrawal>? Withdrawals { get; init; }

    /// <summary>V3 and later: zero until Jovian, then the data availability footprint.</summary>
    public ulong? BlobGasUsed { get; init; }

    /// <summary>V3 and later: zero.</summary>
    public ulong? ExcessBlobGas { get; init; }

    /// <summary>V4: the storage root of the L2ToL1MessagePasser contract.</summary>
    public Hash256? WithdrawalsRoot { get; init; }

    /// <summary>The version of the latest field that is set.</summary>
    public PayloadVersion Version =>
        WithdrawalsRoot is not null ? PayloadVersion.V4
        : BlobGasUsed is not null || ExcessBlobGas is not null ? PayloadVersion.V3
        : Withdrawals is not null ? PayloadVersion.V2
        : PayloadVersion.V1;

    /// <summary>keccak256 of the RLP header that this payload describes (op-node types.go CheckBlockHash).</summary>
    /// <param name="parentBeaconBlockRoot">From the envelope; part of the header since V3, not used before.</param>
    /// <exception cref="PayloadEncodingException">A field of the payload's version is missing, or one has an impossible length.</exception>
    public Hash256 ComputeBlockHash(Hash256? parentBeaconBlockRoot) => BlockHeader.ComputeHash(this, OrderedTrie.Root(Transactions), parentBeaconBlockRoot);

    /// <summary>Equality of content.</summary>
    public bool Equals(ExecutionPayload? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && BlockHash == other.BlockHash
            && (ParentHash, FeeRecipient, StateRoot, ReceiptsRoot, PrevRandao)
                == (other.ParentHash, other.FeeRecipient, other.StateRoot, other.ReceiptsRoot, other.PrevRandao)
            && (BlockNumber, GasLimit, GasUsed, Timestamp, BaseFeePerGas)
                == (other.BlockNumber, other.GasLimit, other.GasUsed, other.Timestamp, other.BaseFeePerGas)
            && (BlobGasUsed, ExcessBlobGas, WithdrawalsRoot) == (other.BlobGasUsed, other.ExcessBlobGas, other.WithdrawalsRoot)
            && LogsBloom.Span.SequenceEqual(other.LogsBloom.Span)
            && ExtraData.Span.SequenceEqual(other.ExtraData.Span)
            && Transactions == other.Transactions
            && Withdrawals is null == other.Withdrawals is null
            && (Withdrawals ?? []).SequenceEqual(other.Withdrawals ?? []));

    /// <summary>By the block hash.</summary>
    public override int GetHashCode() => BlockHash.GetHashCode();

    /// <summary>Number and hash: the content can be 10 MiB.</summary>
    public override string ToString() => $"{Version} block {BlockNumber} {BlockHash}";
}
