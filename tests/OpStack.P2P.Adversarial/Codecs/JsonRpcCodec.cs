using Microsoft.Extensions.Logging.Abstractions;
using OpStack.P2P.Adversarial.Fuzzing;
using OpStack.P2P.Adversarial.Fuzzing.Edits;
using OpStack.P2P.Tests.Rpc;

namespace OpStack.P2P.Adversarial.Codecs;

/// <summary>A body of JSON-RPC with every method there is, answered to its end. Accepted when there is a result in the answer.</summary>
internal sealed class JsonRpcCodec : FuzzCodec
{
    private readonly FakeApi _api = new();
    private readonly OpP2PRpc _rpc;
    private byte[]? _answer;

    public JsonRpcCodec() => _rpc = new OpP2PRpc(_api, new RpcOptions { AllowAdmin = true }, TimeProvider.System, NullLogger.Instance);

    public override string Name => "json-rpc";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Call("opp2p_self", "[]"), Call("opp2p_peers", "[true]"), Call("opp2p_peerStats", "[]"), Call("opp2p_discoveryTable", "[]"),
        Call("opp2p_blockPeer", $"[\"{RandomValues.Ed25519Key.PeerId}\"]"), Call("opp2p_blockAddr", "[\"10.1.2.3\"]"), Call("opp2p_blockSubnet", "[\"10.0.0.0/8\"]"),
        Call("opp2p_unblockSubnet", "[{\"IP\":\"10.0.0.0\",\"Mask\":\"/wAAAA==\"}]"), Call("opp2p_listBlockedSubnets", "[]"),
        Call("opp2p_connectPeer", $"[\"/ip4/10.0.0.1/tcp/9222/p2p/{RandomValues.Ed25519Key.PeerId}\"]"), Call("opp2p_explainScore", $"[\"{RandomValues.Ed25519Key.PeerId}\"]"),
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

    public override string? FindBrokenProperty(byte[] input)
    {
        try
        {
            using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(_answer!);
            return null;
        }
        catch (System.Text.Json.JsonException e)
        {
            return $"the answer is no JSON: {e.Message}";
        }
    }

    public override byte[] Generate(Random random) => Call(random.OneOf("opp2p_self", "opp2p_peerStats", "opp2p_peerCount", "opp2p_bans", "opp2p_mesh"), random.OneOf("[]", "null"));

    protected override byte[] MutateStructure(Random random, byte[] valid) => JsonEdits.Mutate(random, valid);

    private static byte[] Call(string method, string parameters) => $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{parameters}}}".Utf8();
}
