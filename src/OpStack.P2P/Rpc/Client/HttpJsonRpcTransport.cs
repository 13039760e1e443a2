using OpStack.P2P.Peers;
using OpStack.P2P.Rpc;
using OpStack.P2P.Signing;

namespace OpStack.P2P;

/// <summary>
/// JSON-RPC over HTTP: one POST for each body, answers of at most 25 MB, no redirects, no cookies, no proxy. Dispose it after the last call.
/// </summary>
public sealed class HttpJsonRpcTransport : IJsonRpcTransport, IDisposable
{
    private readonly Uri _endpoint;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly JsonRpcHttpClient _rpc;
    private readonly HttpClient _http;

    /// <summary>Creates a transport that connects at the first call.</summary>
    /// <param name="endpoint">http or https. A user in it is sent as Basic authorization, as Go does.</param>
    /// <param name="headers">Sent with every call; secrets, never told to anybody else. Null for none.</param>
    /// <param name="timeout">For one call: 10 ms to a day. Null for 70 s, a little more than a server takes at most by default.</param>
    /// <param name="time">Counts deadlines; null for the system's.</param>
    /// <exception cref="ArgumentException">An argument is out of range; the message names it.</exception>
    public HttpJsonRpcTransport(
        Uri endpoint, IReadOnlyList<KeyValuePair<string, string>>? headers = null, TimeSpan? timeout = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException("The endpoint must be an http or https URL.", nameof(endpoint));
        }

        _endpoint = endpoint;
        _timeout = timeout ?? RpcLimits.ClientTimeout;
        PeerSettings.RequireInterval(_timeout, nameof(HttpJsonRpcTransport), nameof(timeout));
        _time = time ?? TimeProvider.System;
        _rpc = new JsonRpcHttpClient(endpoint, headers ?? [], _time);
        _http = JsonRpcHttpClient.CreateClient(new SocketsHttpHandler(), _timeout, RpcLimits.DefaultMaxResponse);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = new(_timeout, _time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            HttpAnswer answer = await _rpc.PostAsync(_http, body, linked.Token).ConfigureAwait(false);
            return !answer.IsSuccess
                ? throw new OpP2PRpcException(OpP2PRpcError.Unreachable, $"{_endpoint.Host} answered with HTTP {(int)answer.Status}.")
                : answer.Body.Length > 0 ? answer.Body
                : null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OpP2PRpcException(OpP2PRpcError.Timeout, $"No answer from {_endpoint.Host} within {_timeout}.", e);
        }
        catch (HttpRequestException e)
        {
            OpP2PRpcError error = e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse
                ? OpP2PRpcError.BadAnswer
                : OpP2PRpcError.Unreachable;
            throw new OpP2PRpcException(error, $"{_endpoint.Host}: {e.HttpRequestError}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
