using Microsoft.AspNetCore.Http;

namespace OpStack.P2P.AspNetCore;

/// <summary>How an answer is written: a piece at a time, as the client takes them, since the server copies what it is given at once.</summary>
internal static class ResponseBody
{
    /// <param name="context">The request that is answered.</param>
    /// <param name="type">The content type.</param>
    /// <param name="content">The whole body.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="time">What the timeout is measured by.</param>
    public static async Task WriteAsync(HttpContext context, string type, ReadOnlyMemory<byte> content, TimeSpan timeout, TimeProvider time)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using Deadline writing = new(timeout, time, context.RequestAborted);
        while (!content.IsEmpty)
        {
            int length = Math.Min(content.Length, EndpointLimits.WritePiece);
            await context.Response.Body.WriteAsync(content[..length], writing.Token).ConfigureAwait(false);
            content = content[length..];
        }
    }
}
