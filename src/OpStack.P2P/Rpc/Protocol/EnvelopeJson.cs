using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OpStack.Primitives;

namespace OpStack.P2P.Rpc.Protocol;

/// <summary>
/// A payload and its root as JSON (op-node eth.ExecutionPayloadEnvelope, alloy OpExecutionPayloadEnvelope): <c>{"parentBeaconBlockRoot":"0x…",
/// "executionPayload":{…}}</c>, hashes and bytes in hex, numbers as hex quantities. Unlike Go's decoder, which makes zero of what is not
/// there, it wants every field that all versions have.
/// </summary>
internal static class EnvelopeJson
{
    /// <summary>Reads well-formed JSON; false with what is wrong, for a person.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out ExecutionPayload? payload, out Hash256? root, out string fault)
    {
        HexJsonReader reader = new(json);
        payload = null;
        root = null;
        if (!reader.BeginObject())
        {
            fault = "it is no object";
            return false;
        }

        while (reader.NextName() is { } name)
        {
            switch (name)
            {
                case "parentBeaconBlockRoot":
                    root = reader.IsNull ? null : reader.Hash();
                    break;
                case "executionPayload" when !reader.IsNull:
                    payload = reader.BeginObject() ? ReadPayload(ref reader) : null;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        fault = reader.Fault ?? (payload is null ? "executionPayload: missing" : "");
        return fault.Length == 0;
    }

    /// <summary>Writes what <see cref="TryRead"/> reads.</summary>
    public static void Write(Utf8JsonWriter json, OpNetworkPayloadEnvelope envelope)
    {
        ExecutionPayload payload = envelope.Payload;
        json.WriteStartObject();
        if (envelope.ParentBeaconBlockRoot is { } root)
        {
            json.WriteString("parentBeaconBlockRoot", root.ToString());
        }

        json.WriteStartObject("executionPayload");
        WriteCommonFields(json, payload);
        WriteForkFields(json, payload);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ExecutionPayload? ReadPayload(ref HexJsonReader reader)
    {
        PayloadFields fields = new();
        while (reader.NextName() is { } name)
        {
            fields.Read(name, ref reader);
        }

        return fields.ToPayload(ref reader);
    }

    private static void WriteCommonFields(Utf8JsonWriter json, ExecutionPayload payload)
    {
        json.WriteString("parentHash", payload.ParentHash.ToString());
        json.WriteString("feeRecipient", payload.FeeRecipient.ToString());
        json.WriteString("stateRoot", payload.StateRoot.ToString());
        json.WriteString("receiptsRoot", payload.ReceiptsRoot.ToString());
        WriteBytes(json, "logsBloom", payload.LogsBloom.Span);
        json.WriteString("prevRandao", payload.PrevRandao.ToString());
        WriteQuantity(json, "blockNumber", payload.BlockNumber);
        WriteQuantity(json, "gasLimit", payload.GasLimit);
        WriteQuantity(json, "gasUsed", payload.GasUsed);
        WriteQuantity(json, "timestamp", payload.Timestamp);
        WriteBytes(json, "extraData", payload.ExtraData.Span);
        Span<byte> baseFee = stackalloc byte[UInt256.Size];
        payload.BaseFeePerGas.WriteBigEndian(baseFee);
        string digits = Convert.ToHexStringLower(baseFee).TrimStart('0');
        json.WriteString("baseFeePerGas", $"0x{(digits.Length == 0 ? "0" : digits)}");
        json.WriteString("blockHash", payload.BlockHash.ToString());
        json.WriteStartArray("transactions");
        foreach (ReadOnlyMemory<byte> transaction in payload.Transactions)
        {
            json.WriteStringValue(Primitives.Encoding.Hex.Encode(transaction.Span, prefix: true));
        }

        json.WriteEndArray();
    }

    private static void WriteForkFields(Utf8JsonWriter json, ExecutionPayload payload)
    {
        if (payload.Withdrawals is { } withdrawals)
        {
            json.WriteStartArray("withdrawals");
            foreach (Withdrawal withdrawal in withdrawals)
            {
                json.WriteStartObject();
                WriteQuantity(json, "index", withdrawal.Index);
                WriteQuantity(json, "validatorIndex", withdrawal.ValidatorIndex);
                json.WriteString("address", withdrawal.Address.ToString());
                WriteQuantity(json, "amount", withdrawal.Amount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (payload.BlobGasUsed is { } blobGasUsed)
        {
            WriteQuantity(json, "blobGasUsed", blobGasUsed);
        }

        if (payload.ExcessBlobGas is { } excessBlobGas)
        {
            WriteQuantity(json, "excessBlobGas", excessBlobGas);
        }

        if (payload.WithdrawalsRoot is { } withdrawalsRoot)
        {
            json.WriteString("withdrawalsRoot", withdrawalsRoot.ToString());
        }
    }

    private static void WriteQuantity(Utf8JsonWriter json, string name, ulong value) => json.WriteString(name, $"0x{value:x}");

    private static void WriteBytes(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes) =>
        json.WriteString(name, Primitives.Encoding.Hex.Encode(bytes, prefix: true));
}
