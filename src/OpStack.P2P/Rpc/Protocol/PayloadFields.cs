using OpStack.P2P.Payloads;
using OpStack.Primitives;

namespace OpStack.P2P.Rpc.Protocol;

/// <summary>The fields of a payload found in JSON so far; of one given twice the last counts, as in Go.</summary>
internal struct PayloadFields
{
    private Hash256? _parentHash;
    private Address? _feeRecipient;
    private Hash256? _stateRoot;
    private Hash256? _receiptsRoot;
    private byte[]? _logsBloom;
    private Hash256? _prevRandao;
    private ulong? _blockNumber;
    private ulong? _gasLimit;
    private ulong? _gasUsed;
    private ulong? _timestamp;
    private byte[]? _extraData;
    private UInt256? _baseFeePerGas;
    private Hash256? _blockHash;
    private List<ReadOnlyMemory<byte>>? _transactions;
    private List<Withdrawal>? _withdrawals;
    private ulong? _blobGasUsed;
    private ulong? _excessBlobGas;
    private Hash256? _withdrawalsRoot;

    /// <summary>Reads the value of a field, or passes it over.</summary>
    public void Read(string name, ref HexJsonReader reader)
    {
        if (reader.IsNull)
        {
            return; // As if it were not there.
        }

        switch (name)
        {
            case "parentHash": _parentHash = reader.Hash(); break;
            case "feeRecipient": _feeRecipient = reader.Address(); break;
            case "stateRoot": _stateRoot = reader.Hash(); break;
            case "receiptsRoot": _receiptsRoot = reader.Hash(); break;
            case "logsBloom": _logsBloom = reader.Bytes(ExecutionPayload.LogsBloomSize, exact: true); break;
            case "prevRandao": _prevRandao = reader.Hash(); break;
            case "blockNumber": _blockNumber = reader.Quantity(); break;
            case "gasLimit": _gasLimit = reader.Quantity(); break;
            case "gasUsed": _gasUsed = reader.Quantity(); break;
            case "timestamp": _timestamp = reader.Quantity(); break;
            case "extraData": _extraData = reader.Bytes(PayloadLimits.MaxExtraDataLength, exact: false); break;
            case "baseFeePerGas": _baseFeePerGas = reader.LargeQuantity(); break;
            case "blockHash": _blockHash = reader.Hash(); break;
            case "transactions": _transactions = ReadTransactions(ref reader); break;
            case "withdrawals": _withdrawals = ReadWithdrawals(ref reader); break;
            case "blobGasUsed": _blobGasUsed = reader.Quantity(); break;
            case "excessBlobGas": _excessBlobGas = reader.Quantity(); break;
            case "withdrawalsRoot": _withdrawalsRoot = reader.Hash(); break;
            default: reader.Skip(); break;
        }
    }

    /// <summary>The payload; null, and the fault is told to the reader, when a field that every version has is missing.</summary>
    public readonly ExecutionPayload? ToPayload(ref HexJsonReader reader)
    {
        if (reader.Fault is not null || Missing() is { } missing && reader.Fail($"{missing}: missing"))
        {
            return null;
        }

        return new ExecutionPayload
        {
            ParentHash = _parentHash!.Value,
            FeeRecipient = _feeRecipient!.Value,
            StateRoot = _stateRoot!.Value,
            ReceiptsRoot = _receiptsRoot!.Value,
            LogsBloom = _logsBloom,
            PrevRandao = _prevRandao!.Value,
            BlockNumber = _blockNumber!.Value,
            GasLimit = _gasLimit!.Value,
            GasUsed = _gasUsed!.Value,
            Timestamp = _timestamp!.Value,
            ExtraData = _extraData,
            BaseFeePerGas = _baseFeePerGas!.Value,
            BlockHash = _blockHash!.Value,
            Transactions = TransactionList.Create(_transactions!),
            Withdrawals = _withdrawals,
            BlobGasUsed = _blobGasUsed,
            ExcessBlobGas = _excessBlobGas,
            WithdrawalsRoot = _withdrawalsRoot,
        };
    }

    private readonly string? Missing() =>
        _parentHash is null ? "parentHash"
        : _feeRecipient is null ? "feeRecipient"
        : _stateRoot is null ? "stateRoot"
        : _receiptsRoot is null ? "receiptsRoot"
        : _logsBloom is null ? "logsBloom"
        : _prevRandao is null ? "prevRandao"
        : _blockNumber is null ? "blockNumber"
        : _gasLimit is null ? "gasLimit"
        : _gasUsed is null ? "gasUsed"
        : _timestamp is null ? "timestamp"
        : _extraData is null ? "extraData"
        : _baseFeePerGas is null ? "baseFeePerGas"
        : _blockHash is null ? "blockHash"
        : _transactions is null ? "transactions"
        : null;

    private static List<ReadOnlyMemory<byte>> ReadTransactions(ref HexJsonReader reader)
    {
        List<ReadOnlyMemory<byte>> transactions = [];
        if (!reader.BeginArray())
        {
            return transactions;
        }

        while (reader.NextElement())
        {
            transactions.Add(reader.Bytes(int.MaxValue, exact: false));
            if (transactions.Count > PayloadLimits.MaxTransactions && reader.Fail("transactions: too many"))
            {
                break;
            }
        }

        return transactions;
    }

    private static List<Withdrawal> ReadWithdrawals(ref HexJsonReader reader)
    {
        List<Withdrawal> withdrawals = [];
        if (!reader.BeginArray())
        {
            return withdrawals;
        }

        while (reader.NextElement())
        {
            ulong index = 0, validator = 0, amount = 0;
            Address address = default;
            if (!reader.BeginObject() || (withdrawals.Count == PayloadLimits.MaxWithdrawals && reader.Fail("withdrawals: too many")))
            {
                break;
            }

            while (reader.NextName() is { } name)
            {
                switch (name)
                {
                    case "index": index = reader.Quantity(); break;
                    case "validatorIndex": validator = reader.Quantity(); break;
                    case "address": address = reader.Address(); break;
                    case "amount": amount = reader.Quantity(); break;
                    default: reader.Skip(); break;
                }
            }

            withdrawals.Add(new Withdrawal(index, validator, address, amount));
        }

        return withdrawals;
    }
}
