using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OpStack.P2P.Hosting;

namespace OpStack.P2P.AspNetCore.Rpc;

/// <summary>JSON-RPC over HTTP: one POST, one request or batch. What goes wrong before the dispatcher is told as a JSON-RPC error object too.</summary>
internal sealed class RpcEndpoint(P2PNode node, P2PEndpointOptions options, TimeProvider time)
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int ServerError = -32000;

    // Those of go-ethereum's acceptedContentTypes. A form of another site can post none of them.
    private static readonly HashSet<string> ContentTypes =
        new(["application/json", "application/json-rpc", "application/jsonrequest"], StringComparer.OrdinalIgnoreCase);

    public async Task HandleAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
            || !ContentTypes.Contains(type.MediaType.ToString()))
        {
            await FailAsync(context, StatusCodes.Status415UnsupportedMediaType, InvalidRequest, "the content type must be application/json").ConfigureAwait(false);
            return;
        }

        if (node.Handler is not { } handler)
        {
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, ServerError, "the node is not running").ConfigureAwait(false);
            return;
        }

        int most = handler.Rpc.Options.MaxBodyBytes;
        if (context.Request.ContentLength > most)
        {
            await RefuseLengthAsync(context, most).ConfigureAwait(false);
            return;
        }

        try
        {
            LetIn(context, most);
            await AnswerAsync(context, handler.Rpc, most).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.Headers.Connection = "close"; // The rest of the body is not waited for.
            await FailAsync(context, StatusCodes.Status408RequestTimeout, ParseError, "the body did not come in time").ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await FailAsync(context, e.StatusCode, ParseError, "the body could not be read").ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(HttpContext context, OpP2PRpc rpc, int most)
    {
        ReadOnlyMemory<byte>? read;
        using (Deadline reading = new(options.TransferTimeout, time, context.RequestAborted))
        {
            read = await ReadAsync(context.Request.BodyReader, most, reading.Token).ConfigureAwait(false);
        }

        if (read is not { } body)
        {
            await RefuseLengthAsync(context, most).ConfigureAwait(false);
            return;
        }

        if (await rpc.HandleAsync(body, context.RequestAborted).ConfigureAwait(false) is not { } answer)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent; // Nothing but notifications.
            return;
        }

        await WriteAsync(context, answer).ConfigureAwait(false);
    }

    /// <summary>The server has a limit of its own, which may be below ours (Kestrel: 30 MB).</summary>
    private static void LetIn(HttpContext context, int most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: { } served } feature && served < most)
        {
            feature.MaxRequestBodySize = most;
        }
    }

    /// <summary>
    /// The whole body; null when it is longer than allowed, of which no more than that and a segment is held. It is taken over as it comes, or the server would
    /// hold it in pieces that it keeps. A read that is given up is ended by the reader's own means: Kestrel takes one that a token ended to be going on still, and says so in its log as an error.
    /// </summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(PipeReader reader, int most, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration givenUp = cancellationToken.Register(reader.CancelPendingRead);
        ArrayBufferWriter<byte> body = new();
        while (true)
        {
            ReadResult read = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            if (read.IsCanceled)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new OperationCanceledException(cancellationToken);
            }

            if (body.WrittenCount + read.Buffer.Length > most)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                body.Write(piece.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return body.WrittenMemory;
            }
        }
    }

    private Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json) =>
        ResponseBody.WriteAsync(context, "application/json", json, options.TransferTimeout, time);

    private Task RefuseLengthAsync(HttpContext context, int most) =>
        FailAsync(context, StatusCodes.Status413PayloadTooLarge, InvalidRequest, $"the body is longer than {most} bytes");

    private Task FailAsync(HttpContext context, int status, int code, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, RpcRefusal.Encode(code, message));
    }
}
