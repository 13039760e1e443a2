using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Rpc;
using OpStack.P2P.Rpc.Results;
using OpStack.P2P.Tests.Rpc;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A body of JSON-RPC with every method there is, answered to its end. Accepted when there is a result in the answer.</summary>
internal sealed class JsonRpcCodec : FuzzCodec
{
    private readonly FakeApi _api = new();
    private readonly OpP2PRpc _rpc;
    private byte[]? _answer;
    private string? _asked;

    public JsonRpcCodec() => _rpc = new OpP2PRpc(_api, new RpcOptions { AllowAdmin = true }, TimeProvider.System, NullLogger.Instance);

    public override string Name => "json-rpc";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. RpcMethods.All.Select((method, i) => Call(method.Name, Arguments(method, new Random(i)).Parameters)),
        Call("opp2p_blockSubnet", "[\"10.0.0.0/8\"]"), Call("opp2p_unblockSubnet", "[{\"IP\":\"10.0.0.0\",\"Mask\":\"/wAAAA==\"}]"),
        $"[{Call("opp2p_self", "[]").Utf8Text()},{Call("opp2p_bans", "[]").Utf8Text()}]".Utf8(),
    ];

    // A call is an object and its answer is text; a body that is no JSON is an exception with a message and a trace.
    public override long AllocationBudget(int length) => (32 * FixedBudget) + (300L * length);

    public override bool TryDecode(byte[] input)
    {
        _api.Changes.Clear();
        ValueTask<byte[]?> answering = _rpc.HandleAsync(input);
        _answer = answering.IsCompleted ? answering.Result : throw new InvalidOperationException("it waits for something");
        return _answer is not null && _answer.AsSpan().IndexOf("\"result\":"u8) >= 0;
    }

    public override string? FindBrokenProperty(byte[] input) => FindBrokenAnswer(_answer!);

    // Notifications have no answer; all others have one, and it is JSON-RPC whatever was asked.
    public override string? FindBrokenRefusal(byte[] input) => _answer is null ? null : FindBrokenAnswer(_answer);

    public override byte[] Generate(Random random)
    {
        RpcMethod method = random.OneOf([.. RpcMethods.All]);
        (string parameters, _asked) = Arguments(method, random);
        return Call(method.Name, parameters);
    }

    public override string? FindLoss(byte[] generated) =>
        _api.Changes.SequenceEqual(_asked is null ? [] : [_asked]) ? null : $"{string.Join(", ", _api.Changes)} was asked, not {_asked}";

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static string? FindBrokenAnswer(byte[] answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            return root.ValueKind != JsonValueKind.Array ? (IsAnswer(root) ? null : $"no answer: {root}")
                : root.GetArrayLength() > 0 && root.EnumerateArray().All(IsAnswer) ? null
                : $"no answers: {root}";
        }
        catch (JsonException e)
        {
            return $"the answer is no JSON: {e.Message}";
        }
    }

    // Version, id, and either a result or an error with code and text; nothing else.
    private static bool IsAnswer(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object
        && answer.EnumerateObject().Count() == 3
        && answer.GetProperty("jsonrpc").ValueEquals("2.0")
        && answer.GetProperty("id").ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null
        && (answer.TryGetProperty("result", out _)
            || (answer.GetProperty("error").GetProperty("code").TryGetInt32(out int code) && code < 0
                && answer.GetProperty("error").GetProperty("message").ValueKind == JsonValueKind.String));

    private static byte[] Call(string method, string parameters) => $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{parameters}}}".Utf8();

    /// <summary>Parameters of a method, and what the API is asked with them; null where it is asked to tell something.</summary>
    private static (string Parameters, string? Asked) Arguments(RpcMethod method, Random random)
    {
        PeerId peer = random.Peer();
        IPAddress address = random.Ip();
        bool connected = random.Next(2) == 0;
        (string subnetText, IPNetwork subnet) = Subnet(random);
        string dialable = $"/ip4/10.0.0.{random.Next(256)}/tcp/{random.Next(1, 65_536)}/p2p/{peer}";
        return method.Name switch
        {
            "opp2p_peers" => (connected ? "[true]" : "[false]", $"peers {connected}"),
            "opp2p_explainScore" => ($"[\"{peer}\"]", $"explain {peer}"),
            "opp2p_blockPeer" => ($"[\"{peer}\"]", $"block {peer}"),
            "opp2p_unblockPeer" => ($"[\"{peer}\"]", $"unblock {peer}"),
            "opp2p_protectPeer" => ($"[\"{peer}\"]", $"protect {peer}"),
            "opp2p_unprotectPeer" => ($"[\"{peer}\"]", $"unprotect {peer}"),
            "opp2p_disconnectPeer" => ($"[\"{peer}\"]", $"disconnect {peer}"),
            "opp2p_connectPeer" => ($"[\"{dialable}\"]", $"connect {dialable}"),
            "opp2p_blockAddr" or "opp2p_blocAddr" => ($"[\"{address}\"]", $"block {address}"),
            "opp2p_unblockAddr" => ($"[\"{address}\"]", $"unblock {address}"),
            "opp2p_blockSubnet" => ($"[{subnetText}]", $"block {subnet}"),
            "opp2p_unblockSubnet" => ($"[{subnetText}]", $"unblock {subnet}"),
            "admin_postUnsafePayload" => ($"[{new PayloadJsonCodec().Generate(random).Utf8Text()}]", "post 123456"),
            _ when method.Arguments == 0 => (random.OneOf("[]", "null"), null),
            _ => throw new InvalidOperationException($"{method.Name} has parameters that are not made here"),
        };
    }

    /// <summary>A subnet as CIDR text or as op-node's object.</summary>
    private static (string Json, IPNetwork Subnet) Subnet(Random random)
    {
        IPNetwork subnet = random.Subnet();
        return (random.OneOf($"\"{subnet}\"", JsonSerializer.Serialize(subnet, RpcJson.Default.IPNetwork)), subnet);
    }
}
