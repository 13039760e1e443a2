using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using OpStack.Primitives;

namespace OpStack.P2P.Payloads;

/// <summary>Decodes an SSZ ExecutionPayload. The payload's memory fields are slices of the input, which they own from then on.</summary>
internal static class PayloadReader
{
    public static bool TryRead(
        PayloadVersion version, ReadOnlyMemory<byte> ssz, [NotNullWhen(true)] out ExecutionPayload? payload, out PayloadDecodeError error)
    {
        payload = null;
        if (!TryReadSections(version, ssz, out Sections sections, out error)
            || !TransactionList.TryRead(sections.Transactions, out TransactionList transactions, out error)
            || !TryReadWithdrawals(sections.Withdrawals.Span, out Withdrawal[] withdrawals, out error))
        {
            return false;
        }

        ReadOnlySpan<byte> data = ssz.Span;
        payload = new ExecutionPayload
        {
            ParentHash = ReadHash(data, PayloadLayout.ParentHash),
            FeeRecipient = new Address(data.Slice(PayloadLayout.FeeRecipient, Address.Size)),
            StateRoot = ReadHash(data, PayloadLayout.StateRoot),
            ReceiptsRoot = ReadHash(data, PayloadLayout.ReceiptsRoot),
            LogsBloom = ssz.Slice(PayloadLayout.LogsBloom, ExecutionPayload.LogsBloomSize),
            PrevRandao = ReadHash(data, PayloadLayout.PrevRandao),
            BlockNumber = ReadNumber(data, PayloadLayout.BlockNumber),
            GasLimit = ReadNumber(data, PayloadLayout.GasLimit),
            GasUsed = ReadNumber(data, PayloadLayout.GasUsed),
            Timestamp = ReadNumber(data, PayloadLayout.Timestamp),
            ExtraData = sections.ExtraData,
            BaseFeePerGas = UInt256.FromLittleEndian(data.Slice(PayloadLayout.BaseFeePerGas, UInt256.Size)),
            BlockHash = ReadHash(data, PayloadLayout.BlockHash),
            Transactions = transactions,
            Withdrawals = version >= PayloadVersion.V2 ? withdrawals : null,
            BlobGasUsed = version >= PayloadVersion.V3 ? ReadNumber(data, PayloadLayout.BlobGasUsed) : null,
            ExcessBlobGas = version >= PayloadVersion.V3 ? ReadNumber(data, PayloadLayout.ExcessBlobGas) : null,
            WithdrawalsRoot = version >= PayloadVersion.V4 ? ReadHash(data, PayloadLayout.WithdrawalsRoot) : null,
        };
        return true;
    }

    /// <summary>The transactions alone, of a payload whose offsets are sound; nothing else is looked at.</summary>
    public static bool TryReadTransactions(PayloadVersion version, ReadOnlyMemory<byte> ssz, out TransactionList transactions)
    {
        transactions = default;
        return TryReadSections(version, ssz, out Sections sections, out _) && TransactionList.TryRead(sections.Transactions, out transactions, out _);
    }

    /// <summary>
    /// Checks the offsets in op-node's order and cuts the variable part. Offsets are kept in 64 bits, so no sum of them can wrap.
    /// </summary>
    private static bool TryReadSections(
        PayloadVersion version, ReadOnlyMemory<byte> ssz, out Sections sections, out PayloadDecodeError error)
    {
        sections = default;
        ReadOnlySpan<byte> data = ssz.Span;
        int extraData = PayloadLayout.FixedSize(version);
        if (data.Length < extraData)
        {
            error = PayloadDecodeError.TooShort;
            return false;
        }

        long transactions = ReadOffset(data, PayloadLayout.TransactionsOffset);
        long withdrawals = version >= PayloadVersion.V2 ? ReadOffset(data, PayloadLayout.WithdrawalsOffset) : data.Length;
        error =
            ReadOffset(data, PayloadLayout.ExtraDataOffset) != extraData ? PayloadDecodeError.BadExtraDataOffset
            : transactions < extraData ? PayloadDecodeError.BadTransactionsOffset
            : version >= PayloadVersion.V2 && (withdrawals < transactions || withdrawals > data.Length)
                ? PayloadDecodeError.BadWithdrawalsOffset
            : transactions - extraData > PayloadLimits.MaxExtraDataLength ? PayloadDecodeError.ExtraDataTooLarge
            : transactions > data.Length ? PayloadDecodeError.BadTransactionsOffset
            : PayloadDecodeError.None;
        if (error != PayloadDecodeError.None)
        {
            return false;
        }

        sections = new Sections(ssz[extraData..(int)transactions], ssz[(int)transactions..(int)withdrawals], ssz[(int)withdrawals..]);
        return true;
    }

    private static bool TryReadWithdrawals(ReadOnlySpan<byte> section, out Withdrawal[] withdrawals, out PayloadDecodeError error)
    {
        withdrawals = [];
        int count = section.Length / PayloadLayout.WithdrawalSize;
        error =
            section.Length % PayloadLayout.WithdrawalSize != 0 ? PayloadDecodeError.BadWithdrawals
            : count > PayloadLimits.MaxWithdrawals ? PayloadDecodeError.TooManyWithdrawals
            : PayloadDecodeError.None;
        if (error != PayloadDecodeError.None)
        {
            return false;
        }

        withdrawals = count == 0 ? [] : new Withdrawal[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> item = section.Slice(i * PayloadLayout.WithdrawalSize, PayloadLayout.WithdrawalSize);
            withdrawals[i] = new Withdrawal(
                ReadNumber(item, 0), ReadNumber(item, 8), new Address(item.Slice(16, Address.Size)), ReadNumber(item, 16 + Address.Size));
        }

        return true;
    }

    private static Hash256 ReadHash(ReadOnlySpan<byte> data, int position) => new(data.Slice(position, Hash256.Size));

    private static ulong ReadNumber(ReadOnlySpan<byte> data, int position) => BinaryPrimitives.ReadUInt64LittleEndian(data[position..]);

    private static uint ReadOffset(ReadOnlySpan<byte> data, int position) => BinaryPrimitives.ReadUInt32LittleEndian(data[position..]);

    private readonly record struct Sections(
        ReadOnlyMemory<byte> ExtraData, ReadOnlyMemory<byte> Transactions, ReadOnlyMemory<byte> Withdrawals);
}
