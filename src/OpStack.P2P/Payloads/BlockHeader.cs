using OpStack.Primitives;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Payloads;

/// <summary>
/// The RLP header that a payload describes, and its hash: 16 fields in V1, 17 in V2, 20 in V3, 21 in V4. What the last ones are
/// follows from the payload's fields and not from the fork at its timestamp, as in op-node's types.go.
/// </summary>
internal static class BlockHeader
{
    // Nine or more hashes of 33 bytes, the bloom of 259 and the integers come to less than 900.
    private const int MaxLength = 1024;

    private const int NonceLength = 8;

    /// <summary>keccak256(rlp([])): an L2 block has no uncles.</summary>
    private static readonly Hash256 EmptyUnclesHash = Hash256.Parse("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

    /// <summary>sha256(""): no execution layer requests (EIP-7685).</summary>
    private static readonly Hash256 EmptyRequestsHash = Hash256.Parse("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// <summary>Computes the hash; the transactions root is the caller's part.</summary>
    public static Hash256 ComputeHash(ExecutionPayload payload, Hash256 transactionsRoot, Hash256? parentBeaconBlockRoot)
    {
        PayloadVersion version = payload.Version;
        PayloadWriter.CheckFields(payload, version);
        if (version >= PayloadVersion.V3 && parentBeaconBlockRoot is null)
        {
            throw new PayloadEncodingException("parentBeaconBlockRoot", $"missing, {version} has it");
        }

        Span<byte> buffer = stackalloc byte[MaxLength];
        RlpWriter fields = new(buffer);
        WriteFields(ref fields, payload, transactionsRoot);
        WriteForkFields(ref fields, payload, version, parentBeaconBlockRoot.GetValueOrDefault());

        // The list's prefix needs the length of the fields, so it is hashed on its own before them.
        Span<byte> prefixBuffer = stackalloc byte[sizeof(int)];
        RlpWriter prefix = new(prefixBuffer);
        prefix.WriteListPrefix(fields.Written);

        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak256Hasher hasher = default;
        hasher.Append(prefixBuffer[..prefix.Written]);
        hasher.Append(buffer[..fields.Written]);
        hasher.GetHashAndReset(hash);
        return new Hash256(hash);
    }

    private static void WriteFields(ref RlpWriter fields, ExecutionPayload payload, Hash256 transactionsRoot)
    {
        fields.WriteHash256(payload.ParentHash);
        fields.WriteHash256(EmptyUnclesHash);
        fields.WriteAddress(payload.FeeRecipient);
        fields.WriteHash256(payload.StateRoot);
        fields.WriteHash256(transactionsRoot);
        fields.WriteHash256(payload.ReceiptsRoot);
        fields.WriteBytes(payload.LogsBloom.Span);
        fields.WriteUInt64(0); // difficulty
        fields.WriteUInt64(payload.BlockNumber);
        fields.WriteUInt64(payload.GasLimit);
        fields.WriteUInt64(payload.GasUsed);
        fields.WriteUInt64(payload.Timestamp);
        fields.WriteBytes(payload.ExtraData.Span);
        fields.WriteHash256(payload.PrevRandao);
        fields.WriteBytes(stackalloc byte[NonceLength]);
        fields.WriteUInt256(payload.BaseFeePerGas);
    }

    private static void WriteForkFields(
        ref RlpWriter fields, ExecutionPayload payload, PayloadVersion version, Hash256 parentBeaconBlockRoot)
    {
        if (version >= PayloadVersion.V2)
        {
            fields.WriteHash256(payload.WithdrawalsRoot ?? WithdrawalsRoot(payload.Withdrawals ?? []));
        }

        if (version >= PayloadVersion.V3)
        {
            fields.WriteUInt64(payload.BlobGasUsed ?? 0);
            fields.WriteUInt64(payload.ExcessBlobGas ?? 0);
            fields.WriteHash256(parentBeaconBlockRoot);
        }

        if (version >= PayloadVersion.V4)
        {
            fields.WriteHash256(EmptyRequestsHash);
        }
    }

    internal static Hash256 WithdrawalsRoot(IReadOnlyList<Withdrawal> withdrawals)
    {
        if (withdrawals.Count == 0)
        {
            return OrderedTrie.EmptyRoot;
        }

        ReadOnlyMemory<byte>[] items = new ReadOnlyMemory<byte>[withdrawals.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = EncodeWithdrawal(withdrawals[i]);
        }

        return OrderedTrie.Root(items);
    }

    private static byte[] EncodeWithdrawal(Withdrawal withdrawal)
    {
        int length = RlpWriter.LengthOfUInt64(withdrawal.Index) + RlpWriter.LengthOfUInt64(withdrawal.ValidatorIndex)
            + RlpWriter.LengthOfBytes(withdrawal.Address.AsSpan()) + RlpWriter.LengthOfUInt64(withdrawal.Amount);
        byte[] item = new byte[RlpWriter.LengthOfList(length)];
        RlpWriter writer = new(item);
        writer.WriteListPrefix(length);
        writer.WriteUInt64(withdrawal.Index);
        writer.WriteUInt64(withdrawal.ValidatorIndex);
        writer.WriteAddress(withdrawal.Address);
        writer.WriteUInt64(withdrawal.Amount);
        return item;
    }
}
