using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpStack.P2P.Rpc.Protocol;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Payloads as JSON, which admin_postUnsafePayload takes.</summary>
public sealed class EnvelopeJsonTests
{
    public static string Json(OpNetworkPayloadEnvelope envelope)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            EnvelopeJson.Write(json, envelope);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public async Task Every_version_survives_the_way_there(PayloadVersion version)
    {
        RpcFixture fixture = new();
        OpNetworkPayloadEnvelope block = TestBlocks.Envelope(TestBlocks.Payload(version, [0x7e, 0xaa], [], [0x02]));
        Assert.Equal(RpcFixture.ResultOf("null"), await fixture.CallAsync("admin_postUnsafePayload", $"[{Json(block)}]"));
        Assert.Equal(block.Payload, fixture.Api.Posted!.Payload);
        Assert.Equal(block.ParentBeaconBlockRoot, fixture.Api.Posted.ParentBeaconBlockRoot);
    }

    [Fact]
    public void The_fields_are_op_nodes_in_its_order()
    {
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V4, [0x7e]);
        using JsonDocument json = JsonDocument.Parse(Json(TestBlocks.Envelope(payload)));
        Assert.Equal(["parentBeaconBlockRoot", "executionPayload"], json.RootElement.EnumerateObject().Select(field => field.Name));
        JsonElement fields = json.RootElement.GetProperty("executionPayload");
        Assert.Equal(
            [
                "parentHash", "feeRecipient", "stateRoot", "receiptsRoot", "logsBloom", "prevRandao", "blockNumber", "gasLimit", "gasUsed", "timestamp",
                "extraData", "baseFeePerGas", "blockHash", "transactions", "withdrawals", "blobGasUsed", "excessBlobGas", "withdrawalsRoot",
            ],
            fields.EnumerateObject().Select(field => field.Name));
        Assert.Equal("0x1e240", fields.GetProperty("blockNumber").GetString());
        Assert.Equal("0xfc", fields.GetProperty("baseFeePerGas").GetString());
        Assert.Equal("0x0", fields.GetProperty("excessBlobGas").GetString());
        Assert.Equal("[\"0x7e\"]", fields.GetProperty("transactions").GetRawText());
    }

    [Theory]
    [InlineData("parentHash", "\"0x11\"", "parentHash: no 32 bytes in hex")]
    [InlineData("parentHash", "\"1111111111111111111111111111111111111111111111111111111111111111\"", "parentHash: no hex text that begins with 0x")]
    [InlineData("stateRoot", "1", "stateRoot: no hex text that begins with 0x")]
    [InlineData("feeRecipient", "\"0xgg00000000000000000000000000000000000011\"", "feeRecipient: no 20 bytes in hex")]
    [InlineData("logsBloom", "\"0x00\"", "logsBloom: no 256 bytes in hex")]
    [InlineData("extraData", "\"0x000000000000000000000000000000000000000000000000000000000000000000\"", "extraData: no up to 32 bytes in hex")]
    [InlineData("extraData", "\"0x0\"", "extraData: no up to 32 bytes in hex")]
    [InlineData("blockNumber", "\"0x\"", "blockNumber: no quantity in hex")]
    [InlineData("blockNumber", "\"0x01\"", "blockNumber: no quantity in hex")]
    [InlineData("blockNumber", "\"0x10000000000000000\"", "blockNumber: more than 64 bits")]
    [InlineData("blockNumber", "17", "blockNumber: no hex text that begins with 0x")]
    [InlineData("baseFeePerGas", "\"0x10000000000000000000000000000000000000000000000000000000000000000\"", "baseFeePerGas: no quantity in hex")]
    [InlineData("transactions", "{}", "transactions: no array")]
    [InlineData("transactions", "[1]", "transactions: no hex text that begins with 0x")]
    [InlineData("transactions", "[\"0x0\"]", "transactions: no bytes in hex")]
    [InlineData("withdrawals", "[1]", "withdrawals: no object")]
    [InlineData("timestamp", "null", "timestamp: missing")]
    public async Task What_is_wrong_is_told_by_its_name(string field, string value, string reason)
    {
        RpcFixture fixture = new();
        JsonNode json = JsonNode.Parse(Json(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4))))!;
        json["executionPayload"]![field] = JsonNode.Parse(value);
        Assert.Equal(RpcFixture.ErrorOf(-32602, $"invalid argument 0: {reason}"), await fixture.CallAsync("admin_postUnsafePayload", $"[{json.ToJsonString()}]"));
        Assert.Null(fixture.Api.Posted);
    }

    [Theory]
    [InlineData("{}", "executionPayload: missing")]
    [InlineData("""{"executionPayload":null}""", "executionPayload: missing")]
    [InlineData("""{"executionPayload":{}}""", "parentHash: missing")]
    [InlineData("""{"parentBeaconBlockRoot":"0x1","executionPayload":null}""", "parentBeaconBlockRoot: no 32 bytes in hex")]
    public async Task What_is_missing_is_told_by_its_name(string envelope, string reason) =>
        Assert.Equal(RpcFixture.ErrorOf(-32602, $"invalid argument 0: {reason}"), await new RpcFixture().CallAsync("admin_postUnsafePayload", $"[{envelope}]"));

    [Fact]
    public async Task A_root_that_does_not_belong_to_the_version_is_an_error_of_parameters()
    {
        JsonNode json = JsonNode.Parse(Json(TestBlocks.Envelope(TestBlocks.Payload(PayloadVersion.V4))))!;
        json["parentBeaconBlockRoot"] = null;
        Assert.StartsWith(
            """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"invalid argument 0: parentBeaconBlockRoot: """,
            await new RpcFixture().CallAsync("admin_postUnsafePayload", $"[{json.ToJsonString()}]"));
    }

    [Fact]
    public void Withdrawals_and_the_largest_numbers_survive()
    {
        ExecutionPayload payload = TestBlocks.Payload(PayloadVersion.V2) with
        {
            GasUsed = ulong.MaxValue,
            BaseFeePerGas = UInt256.MaxValue,
            Withdrawals = [new Withdrawal(1, 2, Address.Parse("4200000000000000000000000000000000000011"), ulong.MaxValue)],
        };
        byte[] json = Encoding.UTF8.GetBytes(Json(TestBlocks.Envelope(payload)));
        Assert.True(EnvelopeJson.TryRead(json, out ExecutionPayload? read, out Hash256? root, out _));
        Assert.Equal(payload, read);
        Assert.Null(root);
    }
}
