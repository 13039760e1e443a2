using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.P2P.Signing;
using OpStack.Primitives;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P;

/// <summary>
/// op-node's remote signer: asks a server for each signature by JSON-RPC, <c>opsigner_signBlockPayload</c>, over TLS with a certificate of our own
/// where there is one. Three attempts are made for a block; certificates that change on the disk are taken at the next one.
/// </summary>
public sealed class RemoteBlockSigner : IBlockSigner, IDisposable
{
    private readonly RemoteSignerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JsonRpcHttpClient _rpc;
    private readonly TlsFiles _files;
    private readonly Lock _gate = new();
    private HttpClient _http;
    private string? _reloadFault;
    private long _failures;

    /// <summary>Creates a signer that asks nobody yet.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">Counts deadlines and pauses; null for the system's.</param>
    /// <param name="logger">Events 2800 on; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    /// <exception cref="SigningException">BadCertificate: the files of TLS cannot be used.</exception>
    public RemoteBlockSigner(RemoteSignerOptions options, TimeProvider? time = null, ILogger<RemoteBlockSigner>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<RemoteBlockSigner>.Instance;
        _rpc = new JsonRpcHttpClient(options.Endpoint, options.Headers, _time);
        _files = new TlsFiles(options);
        _http = JsonRpcHttpClient.CreateClient(_files.CreateHandler(), options.Timeout);
    }

    /// <inheritdoc/>
    public Address Address => _options.Address;

    /// <summary>Attempts that failed.</summary>
    public long FailedAttempts => Interlocked.Read(ref _failures);

    /// <summary>Asks for the server's version, <c>health_status</c>, within 3 s. Throws <see cref="SigningException"/>.</summary>
    public async ValueTask CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        string version = await _rpc
            .CallAsync<string>(Http(), "health_status", _ => { }, TryReadText, SigningLimits.HealthTimeout, cancellationToken)
            .ConfigureAwait(false);
        _logger.Healthy(_options.Endpoint.Host, new string([.. version.Take(64).Where(c => !char.IsControl(c))]));
    }

    /// <inheritdoc/>
    /// <exception cref="SigningException">All attempts failed; it is the failure of the last one.</exception>
    public async ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken)
    {
        TimeSpan pause = SigningLimits.SignPause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await SignOnceAsync(payloadHash, chainId, cancellationToken).ConfigureAwait(false);
            }
            catch (SigningException e)
            {
                Interlocked.Increment(ref _failures);
                _logger.AttemptFailed(attempt, SigningLimits.SignAttempts, e.Message);

                // Another key will not turn up by asking again.
                if (attempt == SigningLimits.SignAttempts || e.Error == SigningError.WrongSigner)
                {
                    throw;
                }
            }

            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    /// <summary>Ends the connections; calls under way fail.</summary>
    public void Dispose() => _http.Dispose();

    private async ValueTask<BlockSignature> SignOnceAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken)
    {
        BlockSignature signature = await _rpc.CallAsync<BlockSignature>(
            Http(),
            "opsigner_signBlockPayload",
            json => WriteArguments(json, payloadHash, chainId),
            TryReadSignature,
            _options.Timeout,
            cancellationToken).ConfigureAwait(false);
        if (!signature.TryRecover(payloadHash.SigningHash(chainId), out Address signer))
        {
            throw new SigningException(SigningError.BadAnswer, $"The signature of {_options.Endpoint.Host} is none that a key can have made.");
        }

        return signer == Address
            ? signature
            : throw new SigningException(SigningError.WrongSigner, $"The signature of {_options.Endpoint.Host} is of {signer}, not of {Address}.");
    }

    /// <summary>op-service/signer BlockPayloadArgs: Go writes a byte array as numbers, a byte slice as base64 and a big number as a number.</summary>
    private void WriteArguments(Utf8JsonWriter json, PayloadHash payloadHash, ulong chainId)
    {
        json.WriteStartObject();
        json.WriteStartArray("domain");
        for (int i = 0; i < Hash256.Size; i++)
        {
            json.WriteNumberValue(0);
        }

        json.WriteEndArray();
        json.WriteNumber("chainId", chainId);
        json.WriteBase64String("payloadHash", payloadHash.Value.AsSpan());
        json.WriteString("senderAddress", Address.ToString());
        json.WriteEndObject();
    }

    /// <summary>A text of 65 bytes, or kona's object with it; 27 and 28 for 0 and 1, as signers of transactions write, are taken.</summary>
    internal static bool TryReadSignature(JsonElement result, out BlockSignature signature)
    {
        signature = default;
        JsonElement text = result.ValueKind == JsonValueKind.Object && result.TryGetProperty("signature", out JsonElement inner) ? inner : result;
        if (text.ValueKind != JsonValueKind.String || !Hex.TryDecode(text.GetString(), out byte[] bytes) || bytes.Length != BlockSignature.Size)
        {
            return false;
        }

        bytes[^1] = bytes[^1] is 27 or 28 ? (byte)(bytes[^1] - 27) : bytes[^1];
        signature = new BlockSignature(bytes);
        return true;
    }

    internal static bool TryReadText(JsonElement result, out string text)
    {
        text = result.ValueKind == JsonValueKind.String ? result.GetString()! : "";
        return text.Length > 0;
    }

    /// <summary>The client, made anew when certificates have changed: connections with the old ones go on to the end of their calls.</summary>
    private HttpClient Http()
    {
        lock (_gate)
        {
            if (_files.HaveChanged)
            {
                try
                {
                    HttpClient fresh = JsonRpcHttpClient.CreateClient(_files.CreateHandler(), _options.Timeout);
                    _http = fresh; // The old one is not disposed: that would break off a call of another thread. Its connections idle out.
                    _reloadFault = null;
                    _logger.CertificatesReloaded(_options.Endpoint.Host);
                }
                catch (SigningException e)
                {
                    // Tried again at every call, since a file may be whole by then; told once.
                    if (_reloadFault != e.Message)
                    {
                        _reloadFault = e.Message;
                        _logger.CertificatesNotReloaded(e);
                    }
                }
            }

            return _http;
        }
    }
}
