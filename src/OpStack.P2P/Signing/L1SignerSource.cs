using System.Globalization;
using System.Text.Json;
using OpStack.P2P.Signing;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// Reads the unsafe block signer from the SystemConfig contract on L1, as op-node does: head, the block so far below it, and the storage slot
/// at that block's hash (op-stack-p2p.md 1.10).
/// </summary>
public sealed class L1SignerSource : IUnsafeBlockSignerSource, IDisposable
{
    /// <summary>keccak256("systemconfig.unsafeblocksigner") (op-node runtime_config.go).</summary>
    private const string Slot = "0x65a7ed542fb37fe237fdfbdd70b31598523fe5b32879e307bae27a0bd9581c08";

    private readonly L1SignerSourceOptions _options;
    private readonly JsonRpcHttpClient _rpc;
    private readonly HttpClient _http = JsonRpcHttpClient.CreateClient(new SocketsHttpHandler(), SigningLimits.L1Timeout);

    /// <summary>Creates a source that asks nobody yet.</summary>
    /// <param name="options">Whom to ask.</param>
    /// <param name="time">Counts deadlines; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public L1SignerSource(L1SignerSourceOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _rpc = new JsonRpcHttpClient(options.Endpoint, [], time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public TimeSpan ReloadInterval => _options.ReloadInterval;

    /// <inheritdoc/>
    /// <exception cref="SigningException">L1 did not answer, or the slot is empty.</exception>
    public async ValueTask<Address> ReadAsync(CancellationToken cancellationToken = default)
    {
        L1Block block = await GetBlockAsync("latest", cancellationToken).ConfigureAwait(false);
        if (_options.Confirmations > 0)
        {
            // A chain that is not so long yet is read at its head (op-node initRuntimeConfig): at its genesis there is no contract.
            ulong number = block.Number >= _options.Confirmations ? block.Number - _options.Confirmations : block.Number;
            block = await GetBlockAsync(string.Create(CultureInfo.InvariantCulture, $"0x{number:x}"), cancellationToken).ConfigureAwait(false);
        }

        Hash256 value = await CallAsync<Hash256>(
            "eth_getStorageAt",
            json =>
            {
                json.WriteStringValue(_options.SystemConfig.ToString());
                json.WriteStringValue(Slot);
                json.WriteStringValue(block.Hash.ToString());
            },
            TryReadHash,
            cancellationToken).ConfigureAwait(false);
        Address signer = new(value.AsSpan()[^Address.Size..]);

        // Whoever answers so does not know the contract; taking it would have us ignore every block.
        return !signer.IsZero ? signer : throw new SigningException(SigningError.BadAnswer, $"{_options} names no unsafe block signer.");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<L1Block> GetBlockAsync(string tag, CancellationToken cancellationToken) => CallAsync<L1Block>(
        "eth_getBlockByNumber",
        json =>
        {
            json.WriteStringValue(tag);
            json.WriteBooleanValue(false);
        },
        TryReadBlock,
        cancellationToken);

    private Task<T> CallAsync<T>(string method, Action<Utf8JsonWriter> parameters, TryReadResult<T> read, CancellationToken cancellationToken) =>
        _rpc.CallAsync(_http, method, parameters, read, SigningLimits.L1Timeout, cancellationToken);

    internal static bool TryReadBlock(JsonElement result, out L1Block block)
    {
        block = default;
        if (result.ValueKind != JsonValueKind.Object
            || !result.TryGetProperty("hash", out JsonElement hash)
            || !TryReadHash(hash, out Hash256 value)
            || !result.TryGetProperty("number", out JsonElement number)
            || number.ValueKind != JsonValueKind.String
            || number.GetString() is not { Length: > 2 } text
            || !text.StartsWith("0x", StringComparison.Ordinal)
            || !ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong height))
        {
            return false;
        }

        block = new L1Block(height, value);
        return true;
    }

    internal static bool TryReadHash(JsonElement text, out Hash256 value)
    {
        value = default;
        return text.ValueKind == JsonValueKind.String && Hash256.TryParse(text.GetString(), out value);
    }

    internal readonly record struct L1Block(ulong Number, Hash256 Hash);
}
