using System.Text.Json;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Payloads;

/// <summary>tests/vectors/op-node.json, read once.</summary>
internal static class OpNodeVectors
{
    private static readonly Lazy<JsonElement> Document = new(() => Vectors.Json("op-node.json").RootElement);

    public static JsonElement Section(string name) => Document.Value.GetProperty(name);

    public static TheoryData<int> Indices(string section) => [.. Enumerable.Range(0, Section(section).GetArrayLength())];

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static byte[] Bytes(this JsonElement element, string name) => Hex.Decode(element.Text(name));

    public static Hash256 Hash(this JsonElement element, string name) => Hash256.Parse(element.Text(name));

    public static PayloadVersion Version(this JsonElement element) => (PayloadVersion)element.GetProperty("version").GetInt32();

    /// <summary>The payload that the "fields" of a self-made vector describe.</summary>
    public static ExecutionPayload Payload(JsonElement vector)
    {
        JsonElement fields = vector.GetProperty("fields");
        return new ExecutionPayload
        {
            ParentHash = fields.Hash("parentHash"),
            FeeRecipient = Address.Parse(fields.Text("feeRecipient")),
            StateRoot = fields.Hash("stateRoot"),
            ReceiptsRoot = fields.Hash("receiptsRoot"),
            LogsBloom = new byte[ExecutionPayload.LogsBloomSize],
            PrevRandao = fields.Hash("prevRandao"),
            BlockNumber = fields.GetProperty("number").GetUInt64(),
            GasLimit = fields.GetProperty("gasLimit").GetUInt64(),
            GasUsed = fields.GetProperty("gasUsed").GetUInt64(),
            Timestamp = fields.GetProperty("timestamp").GetUInt64(),
            ExtraData = fields.Bytes("extraData"),
            BaseFeePerGas = fields.GetProperty("baseFee").GetUInt64(),
            BlockHash = vector.Hash("block_hash"),
            Transactions = TransactionList.Create(
                [.. fields.GetProperty("transactions").EnumerateArray().Select(tx => (ReadOnlyMemory<byte>)Hex.Decode(tx.GetString()!))]),
            Withdrawals = fields.GetProperty("withdrawals").ValueKind == JsonValueKind.Null ? null : [],
            BlobGasUsed = Number(fields, "blobGasUsed"),
            ExcessBlobGas = Number(fields, "excessBlobGas"),
            WithdrawalsRoot = OptionalHash(fields, "withdrawalsRoot"),
        };
    }

    public static Hash256? OptionalHash(JsonElement element, string name) =>
        element.GetProperty(name).ValueKind == JsonValueKind.Null ? null : element.Hash(name);

    private static ulong? Number(JsonElement element, string name) =>
        element.GetProperty(name).ValueKind == JsonValueKind.Null ? null : element.GetProperty(name).GetUInt64();
}
