using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace OpStack.P2P.AspNetCore.Prometheus;

/// <summary>The instruments of this library as Prometheus reads them.</summary>
internal sealed class MetricsEndpoint(PrometheusText text, P2PEndpointOptions options, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        ArrayBufferWriter<byte> page = new();
        text.Write(page);
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = page.WrittenCount;
        using Deadline writing = new(options.TransferTimeout, time, context.RequestAborted);
        await context.Response.Body.WriteAsync(page.WrittenMemory, writing.Token).ConfigureAwait(false);
    }
}
