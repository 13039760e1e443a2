using System.Buffers.Binary;
using OpStack.Primitives;

namespace OpStack.P2P.Payloads;

/// <summary>
/// Encodes an SSZ ExecutionPayload for an explicit version. op-node infers the version from the fields instead, and so publishes an
/// Isthmus block whose withdrawals root is that of an empty trie in the layout of V3, which every peer then rejects.
/// </summary>
internal static class PayloadWriter
{
    /// <summary>Length of the encoding in bytes.</summary>
    /// <exception cref="PayloadEncodingException">The payload is not of this version.</exception>
    public static int LengthOf(ExecutionPayload payload, PayloadVersion version)
    {
        CheckFields(payload, version);
        return checked(PayloadLayout.FixedSize(version) + payload.ExtraData.Length + payload.Transactions.Section.Length
            + (WithdrawalCount(payload) * PayloadLayout.WithdrawalSize));
    }

    /// <summary>Writes exactly <see cref="LengthOf"/> bytes, which also has checked the payload.</summary>
    public static void Write(ExecutionPayload payload, PayloadVersion version, Span<byte> destination)
    {
        int extraData = PayloadLayout.FixedSize(version);
        int transactions = extraData + payload.ExtraData.Length;
        int withdrawals = transactions + payload.Transactions.Section.Length;

        payload.ParentHash.CopyTo(destination[PayloadLayout.ParentHash..]);
        payload.FeeRecipient.CopyTo(destination[PayloadLayout.FeeRecipient..]);
        payload.StateRoot.CopyTo(destination[PayloadLayout.StateRoot..]);
        payload.ReceiptsRoot.CopyTo(destination[PayloadLayout.ReceiptsRoot..]);
        payload.LogsBloom.Span.CopyTo(destination[PayloadLayout.LogsBloom..]);
        payload.PrevRandao.CopyTo(destination[PayloadLayout.PrevRandao..]);
        WriteNumber(destination, PayloadLayout.BlockNumber, payload.BlockNumber);
        WriteNumber(destination, PayloadLayout.GasLimit, payload.GasLimit);
        WriteNumber(destination, PayloadLayout.GasUsed, payload.GasUsed);
        WriteNumber(destination, PayloadLayout.Timestamp, payload.Timestamp);
        WriteOffset(destination, PayloadLayout.ExtraDataOffset, extraData);
        payload.BaseFeePerGas.WriteLittleEndian(destination[PayloadLayout.BaseFeePerGas..]);
        payload.BlockHash.CopyTo(destination[PayloadLayout.BlockHash..]);
        WriteOffset(destination, PayloadLayout.TransactionsOffset, transactions);
        if (version >= PayloadVersion.V2)
        {
            WriteOffset(destination, PayloadLayout.WithdrawalsOffset, withdrawals);
        }

        if (version >= PayloadVersion.V3)
        {
            WriteNumber(destination, PayloadLayout.BlobGasUsed, payload.BlobGasUsed ?? 0);
            WriteNumber(destination, PayloadLayout.ExcessBlobGas, payload.ExcessBlobGas ?? 0);
        }

        if (version >= PayloadVersion.V4)
        {
            payload.WithdrawalsRoot.GetValueOrDefault().CopyTo(destination[PayloadLayout.WithdrawalsRoot..]);
        }

        payload.ExtraData.Span.CopyTo(destination[extraData..]);
        payload.Transactions.Section.Span.CopyTo(destination[transactions..]);
        WriteWithdrawals(payload.Withdrawals ?? [], destination[withdrawals..]);
    }

    /// <summary>
    /// Every field the version has must be there, and none that it has no room for: dropping one would change the block's hash.
    /// </summary>
    public static void CheckFields(ExecutionPayload payload, PayloadVersion version)
    {
        CheckPresence("withdrawals", payload.Withdrawals is not null, version >= PayloadVersion.V2, version);
        CheckPresence("blobGasUsed", payload.BlobGasUsed is not null, version >= PayloadVersion.V3, version);
        CheckPresence("excessBlobGas", payload.ExcessBlobGas is not null, version >= PayloadVersion.V3, version);
        CheckPresence("withdrawalsRoot", payload.WithdrawalsRoot is not null, version >= PayloadVersion.V4, version);
        if (payload.LogsBloom.Length != ExecutionPayload.LogsBloomSize)
        {
            throw new PayloadEncodingException("logsBloom", $"must have {ExecutionPayload.LogsBloomSize} bytes");
        }

        if (payload.ExtraData.Length > PayloadLimits.MaxExtraDataLength)
        {
            throw new PayloadEncodingException("extraData", $"longer than {PayloadLimits.MaxExtraDataLength} bytes");
        }

        if (WithdrawalCount(payload) > PayloadLimits.MaxWithdrawals)
        {
            throw new PayloadEncodingException("withdrawals", $"more than {PayloadLimits.MaxWithdrawals}");
        }
    }

    private static void CheckPresence(string field, bool present, bool wanted, PayloadVersion version)
    {
        if (present != wanted)
        {
            throw new PayloadEncodingException(field, present ? $"{version} has no such field" : $"missing, {version} has it");
        }
    }

    private static int WithdrawalCount(ExecutionPayload payload) => payload.Withdrawals?.Count ?? 0;

    private static void WriteWithdrawals(IReadOnlyList<Withdrawal> withdrawals, Span<byte> destination)
    {
        foreach (Withdrawal withdrawal in withdrawals)
        {
            WriteNumber(destination, 0, withdrawal.Index);
            WriteNumber(destination, 8, withdrawal.ValidatorIndex);
            withdrawal.Address.CopyTo(destination[16..]);
            WriteNumber(destination, 16 + Address.Size, withdrawal.Amount);
            destination = destination[PayloadLayout.WithdrawalSize..];
        }
    }

    private static void WriteNumber(Span<byte> data, int position, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(data[position..], value);

    private static void WriteOffset(Span<byte> data, int position, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(data[position..], value);
}
