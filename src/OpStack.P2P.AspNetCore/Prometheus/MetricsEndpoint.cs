using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace OpStack.P2P.AspNetCore.Prometheus;

/// <summary>The instruments of this library as Prometheus reads them.</summary>
internal sealed class MetricsEndpoint(PrometheusText text, P2PEndpointOptions options, TimeProvider time)
{
    public Task HandleAsync(HttpContext context)
    {
        ArrayBufferWriter<byte> page = new();
        text.Write(page);
        return ResponseBody.WriteAsync(context, PrometheusText.ContentType, page.WrittenMemory, options.TransferTimeout, time);
    }
}
