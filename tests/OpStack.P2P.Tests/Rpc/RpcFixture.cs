using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.P2P.Metrics;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>An RPC in front of a <see cref="FakeApi"/>, everything allowed unless a test says otherwise.</summary>
internal sealed class RpcFixture
{
    public RpcFixture(RpcOptions? options = null, TimeProvider? time = null, ILogger? logger = null, RpcMeasurements? measurements = null) => Rpc = new OpP2PRpc(
        Api, options ?? new RpcOptions { AllowAdmin = true }, time ?? TimeProvider.System, logger ?? NullLogger.Instance, measurements);

    public FakeApi Api { get; } = new();

    public OpP2PRpc Rpc { get; }

    public static string Body(string method, string parameters = "[]", string id = "1") =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""";

    public static string ErrorOf(int code, string message, string id = "1") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{code}}},"message":"{{{JsonEncodedText.Encode(message)}}}"}}""";

    public static string ResultOf(string result, string id = "1") => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""";

    /// <summary>A sample of op-node's docs without its white space.</summary>
    public static string Sample(string name)
    {
        using JsonDocument all = Vectors.Json("op-node-rpc.json");
        return JsonSerializer.Serialize(all.RootElement.GetProperty(name));
    }

    public Task<string?> SendAsync(string body) => SendAsync(Encoding.UTF8.GetBytes(body));

    public async Task<string?> SendAsync(byte[] body) =>
        await Rpc.HandleAsync(body).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is { } answer ? Encoding.UTF8.GetString(answer) : null;

    public Task<string?> CallAsync(string method, string parameters = "[]") => SendAsync(Body(method, parameters));
}
