using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OpStack.P2P.Signing;

/// <summary>
/// JSON-RPC 2.0 over one HTTP endpoint: one call at a time per request, bounded answers, a deadline for each. Any thread.
/// </summary>
/// <param name="endpoint">http or https. A user in it is sent as Basic authorization, as Go does.</param>
/// <param name="headers">Sent with every call; secrets, never told to anybody else.</param>
/// <param name="time">Counts deadlines.</param>
internal sealed class JsonRpcHttpClient(Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider time)
{
    private const int MaxErrorText = 200;

    private readonly AuthenticationHeaderValue? _user = UserOf(endpoint);
    private readonly string[] _secrets = [.. SecretsOf(endpoint, headers).Where(text => text.Length > 0)];
    private long _id;

    /// <summary>Calls a method and reads its result. Throws <see cref="SigningException"/>, and cancellation by the caller alone.</summary>
    /// <param name="http">Made for such answers: <see cref="CreateClient"/>.</param>
    /// <param name="method">The method.</param>
    /// <param name="writeParameters">Writes the elements of the array of parameters.</param>
    /// <param name="read">Reads the result; false when it is not what was asked for.</param>
    /// <param name="timeout">For the whole call.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<T> CallAsync<T>(
        HttpClient http,
        string method,
        Action<Utf8JsonWriter> writeParameters,
        TryReadResult<T> read,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = new(timeout, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            HttpAnswer answer = await PostAsync(http, Write(method, writeParameters), linked.Token).ConfigureAwait(false);
            return Read(method, answer, read);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SigningException(SigningError.Timeout, $"{method}: no answer from {endpoint.Host} within {timeout}.", e);
        }
        catch (HttpRequestException e)
        {
            SigningError error = IsBadAnswer(e) ? SigningError.BadAnswer : SigningError.Unreachable;
            throw new SigningException(error, $"{method}: {endpoint.Host}: {Reason(e)}", e);
        }
    }

    /// <summary>Posts a body and reads the answer, whatever its status. Throws as <see cref="HttpClient.SendAsync(HttpRequestMessage, CancellationToken)"/> does.</summary>
    public async Task<HttpAnswer> PostAsync(HttpClient http, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_user is not null && !request.Headers.NonValidated.Contains("Authorization"))
        {
            request.Headers.Authorization = _user;
        }

        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return new HttpAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A client whose answers are bounded and which goes to no other server than it was told.</summary>
    /// <param name="handler">Its transport.</param>
    /// <param name="timeout">
    /// For a connection, best that of a call: a call given up leaves its connection to the calls after it, and they would wait for one that
    /// never comes about.
    /// </param>
    /// <param name="maxAnswerSize">Longest answer in bytes; a longer one is an <see cref="HttpRequestException"/>.</param>
    public static HttpClient CreateClient(SocketsHttpHandler handler, TimeSpan timeout, int maxAnswerSize = SigningLimits.MaxAnswerSize)
    {
        handler.ConnectTimeout = timeout;
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.UseProxy = false;
        return new HttpClient(handler) { MaxResponseContentBufferSize = maxAnswerSize, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Whether there was an answer, but none that can be used: it is too long, or no HTTP.</summary>
    public static bool IsBadAnswer(HttpRequestException e) => e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse;

    private byte[] Write(string method, Action<Utf8JsonWriter> writeParameters)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WriteNumber("id", Interlocked.Increment(ref _id));
            json.WriteString("method", method);
            json.WriteStartArray("params");
            writeParameters(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Reads an answer, whatever it holds. Throws <see cref="SigningException"/> alone.</summary>
    internal T Read<T>(string method, HttpAnswer answer, TryReadResult<T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
            {
                throw new SigningException(SigningError.Refused, $"{method}: {endpoint.Host} answered with error {Describe(error)}");
            }

            if (answer.IsSuccess
                && root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("result", out JsonElement result)
                && read(result, out T? value))
            {
                return value;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Told below. The second is for a text that is not valid Unicode, which parsing lets pass.
        }

        throw answer.IsSuccess
            ? new SigningException(SigningError.BadAnswer, $"{method}: {endpoint.Host} answered with something else.")
            : new SigningException(SigningError.Unreachable, $"{method}: {endpoint.Host} answered with HTTP {(int)answer.Status}.");
    }

    /// <summary>Code and text of the server's; not the text if it repeats one of our secrets.</summary>
    private string Describe(JsonElement error)
    {
        bool hasCode = error.TryGetProperty("code", out JsonElement number) && number.ValueKind == JsonValueKind.Number;
        string code = hasCode && number.TryGetInt64(out long value) ? value.ToString(CultureInfo.InvariantCulture) : "?"; // A number has as many digits as the server likes.
        string text = error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String ? message.GetString()! : "";
        bool isOurs = _secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal));
        string printable = new([.. text.Take(MaxErrorText).Select(c => char.IsControl(c) ? ' ' : c)]);
        return isOurs ? code : $"{code}: {printable}";
    }

    private static string Reason(HttpRequestException e) => e.InnerException?.Message ?? e.Message;

    private static AuthenticationHeaderValue? UserOf(Uri endpoint) => endpoint.UserInfo.Length == 0
        ? null
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(endpoint.UserInfo))));

    /// <summary>What must not come back in a text of the server's. Providers of L1 put keys into the path, where short parts are names and versions.</summary>
    private static IEnumerable<string> SecretsOf(Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> headers) =>
    [
        .. headers.Select(header => header.Value),
        .. headers.SelectMany(header => header.Value.Split(' ')).Where(part => part.Length >= SigningLimits.MinSecretLength), // Of "Bearer x" only x.
        .. Uri.UnescapeDataString(endpoint.UserInfo).Split(':'),
        UserOf(endpoint)?.Parameter ?? "",
        .. endpoint.PathAndQuery.Split('/', '?', '&', '=').Where(part => part.Length >= SigningLimits.MinSecretLength),
    ];
}

/// <summary>Reads the result of a call; false when it is not what was asked for.</summary>
internal delegate bool TryReadResult<T>(JsonElement result, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value);

/// <summary>What an HTTP server answered.</summary>
internal readonly record struct HttpAnswer(HttpStatusCode Status, byte[] Body)
{
    /// <summary>The status is 200 to 299.</summary>
    public bool IsSuccess => (int)Status is >= 200 and <= 299;
}
