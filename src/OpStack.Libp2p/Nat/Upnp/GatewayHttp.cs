using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace OpStack.Libp2p.Nat.Upnp;

/// <summary>
/// HTTP to the gateway and to nobody else: no redirects, no proxy, no cookies, bounded in bytes and in time. What fails is null.
/// </summary>
internal sealed class GatewayHttp : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly HttpClient _http;

    /// <param name="time">The clock of the deadline.</param>
    public GatewayHttp(TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = UpnpLimits.MaxHeaderKiB,
            MaxResponseDrainSize = 0,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // The deadlines are in our clock.
        };
    }

    /// <summary>The body of a successful answer.</summary>
    public Task<byte[]?> GetAsync(Uri url, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, url), status => status == HttpStatusCode.OK, cancellationToken);

    /// <summary>The body of an answer to a SOAP request; faults come with status 500.</summary>
    public Task<byte[]?> PostAsync(Uri url, string service, string action, byte[] body, CancellationToken cancellationToken) => SendAsync(
        () =>
        {
            HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/xml", "utf-8");
            request.Headers.TryAddWithoutValidation("SOAPAction", $"\"{service}#{action}\"");
            return request;
        },
        status => status is HttpStatusCode.OK or HttpStatusCode.InternalServerError,
        cancellationToken);

    public void Dispose()
    {
        _closing.Cancel();
        _http.Dispose();
        _closing.Dispose();
    }

    /// <summary>The handler goes on with a connection for seconds after its request was given up, and after its own end: ours ends then.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<byte[]?> SendAsync(
        Func<HttpRequestMessage> create, Func<HttpStatusCode, bool> isWanted, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(UpnpLimits.HttpTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using HttpRequestMessage request = create();
            request.Headers.ConnectionClose = true; // Many of these servers are confused by a second request.
            using HttpResponseMessage response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return isWanted(response.StatusCode) ? await ReadAsync(response, either.Token).ConfigureAwait(false) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Null for a body that is too long, whatever length it declares.</summary>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using MemoryStream body = new();
            byte[] buffer = new byte[4096];
            while (body.Length <= UpnpLimits.MaxBody)
            {
                int read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return body.ToArray();
                }

                body.Write(buffer, 0, read);
            }

            return null;
        }
    }
}
