using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Tests.Signing;

/// <summary>A JSON-RPC server on loopback, over TLS with client certificates or over plain HTTP, that answers as a test says.</summary>
internal sealed class SignerServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SignerServer(WebApplication app) => _app = app;

    /// <summary>What was asked: method, parameters, the client certificate's name and one header.</summary>
    public ConcurrentQueue<(string Method, string Parameters, string? Client, string? Token)> Calls { get; } = new();

    /// <summary>Writes the answer to a call; told which call it is, from 1 on.</summary>
    public Func<HttpContext, string, JsonElement, int, Task> Answer { get; set; } = (context, _, _, _) => ResultAsync(context, "\"v1.2.3\"");

    public Uri Url { get; private set; } = null!;

    /// <param name="server">The server's certificate; null for plain HTTP.</param>
    /// <param name="clients">Who must have signed a client's; null to ask for none.</param>
    /// <param name="protocols">The versions of TLS it speaks.</param>
    public static async Task<SignerServer> StartAsync(
        X509Certificate2? server = null, X509Certificate2? clients = null, SslProtocols protocols = SslProtocols.Tls13)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, server, clients, protocols)));
        WebApplication app = builder.Build();
        SignerServer self = new(app);
        app.Run(self.ServeAsync);
        await app.StartAsync();
        self.Url = new Uri(app.Urls.Single());
        return self;
    }

    public static Task ResultAsync(HttpContext context, string result)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""");
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Configure(ListenOptions listen, X509Certificate2? server, X509Certificate2? clients, SslProtocols protocols)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (server is null)
        {
            return;
        }

        listen.UseHttps(https =>
        {
            https.ServerCertificate = server;
            https.SslProtocols = protocols;
            https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => clients is not null && IsSignedBy(certificate, clients);
        });
    }

    private static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(certificate);
    }

    private async Task ServeAsync(HttpContext context)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body);
        string method = request.RootElement.GetProperty("method").GetString()!;
        JsonElement parameters = request.RootElement.GetProperty("params");
        X509Certificate2? client = await context.Connection.GetClientCertificateAsync();
        Calls.Enqueue((method, parameters.GetRawText(), client?.Subject, context.Request.Headers["x-token"]));
        await Answer(context, method, parameters, Calls.Count);
    }
}
