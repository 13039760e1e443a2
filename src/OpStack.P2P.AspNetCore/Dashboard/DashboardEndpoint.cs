using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpStack.P2P.Hosting;

namespace OpStack.P2P.AspNetCore.Dashboard;

/// <summary>The page and what it polls.</summary>
internal sealed class DashboardEndpoint
{
    private readonly P2PNode _node;
    private readonly P2PEndpointOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DashboardPage _page = DashboardPage.Load();
    private readonly SnapshotFeed _feed;

    /// <param name="node">Whose dashboard it is.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Where it logs.</param>
    public DashboardEndpoint(P2PNode node, P2PEndpointOptions options, TimeProvider time, ILogger logger)
    {
        _node = node;
        _options = options;
        _time = time;
        _logger = logger;
        _feed = new SnapshotFeed(
            cancellationToken => node.Handler is { } handler
                ? SnapshotTaker.TakeAsync(handler, time, cancellationToken)
                : throw new InvalidOperationException("The node is not running."),
            time);
    }

    public Task PageAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = _page.SecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return WriteAsync(context, "text/html; charset=utf-8", _page.Html);
    }

    public async Task SnapshotAsync(HttpContext context)
    {
        byte[] snapshot;
        if (_node.Handler is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            snapshot = await _feed.GetAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            // A node that is being stopped, or hangs: the page says that it hears nothing, and asks again.
            _logger.NoSnapshot(e);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        await WriteAsync(context, "application/json", snapshot).ConfigureAwait(false);
    }

    private Task WriteAsync(HttpContext context, string type, ReadOnlyMemory<byte> content) =>
        ResponseBody.WriteAsync(context, type, content, _options.TransferTimeout, _time);
}
