using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OpStack.P2P.AspNetCore.Access;

/// <summary>What stands before each endpoint: who may come in, and how many at a time.</summary>
internal sealed class EndpointGuard
{
    private readonly AccessRule _access;
    private readonly int _maxConcurrent;
    private int _concurrent;

    public EndpointGuard(P2PEndpointOptions options)
    {
        options.Validate();
        Options = options;
        _access = new AccessRule(options);
        _maxConcurrent = options.MaxConcurrentRequests;
    }

    public P2PEndpointOptions Options { get; }

    /// <summary>The same endpoint, guarded.</summary>
    public RequestDelegate Guard(RequestDelegate endpoint) => context => RunAsync(context, endpoint);

    /// <summary>Answers a browser's question whether a page of another origin may post (CORS preflight).</summary>
    public Task PreflightAsync(HttpContext context)
    {
        context.Response.Headers.AccessControlAllowMethods = HttpMethods.Post;
        context.Response.Headers.AccessControlAllowHeaders = HeaderNames.ContentType;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task RunAsync(HttpContext context, RequestDelegate endpoint)
    {
        SetHeaders(context);
        if (_access.Refusal(context) is { } refusal)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, refusal).ConfigureAwait(false);
            return;
        }

        if (Interlocked.Increment(ref _concurrent) > _maxConcurrent)
        {
            Interlocked.Decrement(ref _concurrent);
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many requests at a time.").ConfigureAwait(false);
            return;
        }

        try
        {
            await endpoint(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || context.Response.HasStarted)
        {
            context.Abort(); // Whoever asked is gone, or takes the answer too slowly: half an answer ends with its connection.
        }
        finally
        {
            Interlocked.Decrement(ref _concurrent);
        }
    }

    private void SetHeaders(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Headers.Origin is [{ } origin] && _access.IsOriginAllowed(origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.Vary = HeaderNames.Origin;
        }
    }

    /// <summary>Ends a request with a line of text; its body is not looked at.</summary>
    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(reason), context.RequestAborted).AsTask();
    }
}
