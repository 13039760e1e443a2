using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>An HTTP server on loopback that answers each body as a test says.</summary>
internal sealed class RpcHttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RpcHttpServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public static Task<RpcHttpServer> StartAsync(OpP2PRpc rpc) => StartAsync(async context =>
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        if (await rpc.HandleAsync(body.ToArray(), context.RequestAborted) is { } answer)
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(answer);
        }
    });

    public static async Task<RpcHttpServer> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new RpcHttpServer(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
