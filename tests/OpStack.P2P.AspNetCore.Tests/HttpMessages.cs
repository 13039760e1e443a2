using System.Buffers;
using System.Net.Http.Headers;
using System.Threading.Channels;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace OpStack.P2P.AspNetCore.Tests;

/// <summary>StreamJsonRpc's messages over HTTP, which that package leaves to its user: a POST for each, whose answer is the next message.</summary>
internal sealed class HttpMessages(HttpClient http, Uri endpoint, IJsonRpcMessageFormatter formatter) : MessageHandlerBase(formatter)
{
    private readonly Channel<JsonRpcMessage> _answers = Channel.CreateUnbounded<JsonRpcMessage>();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken) => await _answers.Reader.ReadAsync(cancellationToken);

    protected override async ValueTask WriteCoreAsync(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> json = new();
        Formatter.Serialize(json, content);
        using ByteArrayContent body = new(json.WrittenSpan.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage answer = await http.PostAsync(endpoint, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (bytes.Length > 0)
        {
            _answers.Writer.TryWrite(Formatter.Deserialize(new ReadOnlySequence<byte>(bytes)));
        }
    }

    protected override ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
