using OpStack.P2P.Peers;
using OpStack.Primitives;

namespace OpStack.P2P.Hosting.Settings;

/// <summary>Which chain, and whose blocks.</summary>
internal sealed partial class P2PSettings
{
    private const int MaxConfigSize = 1 << 20;

    private NetworkConfig? ReadChain()
    {
        ulong? named = string.IsNullOrWhiteSpace(_options.Chain) ? null : ChainNames.Find(_options.Chain);
        RollupConfig? rollup = string.IsNullOrWhiteSpace(_options.RollupConfig) ? Registered(named) : ReadFile(_options.RollupConfig, named);
        if (rollup is null)
        {
            return null;
        }

        Address signer = ChainRegistry.TryGet(rollup.L2ChainId, out RegisteredChain? chain) ? chain.UnsafeBlockSigner ?? default : default;
        if (!string.IsNullOrWhiteSpace(_options.UnsafeBlockSigner))
        {
            bool isAddress = Address.TryParse(_options.UnsafeBlockSigner, out signer);
            _faults.Require(isAddress, nameof(P2POptions.UnsafeBlockSigner), "an address of 40 hex digits", _options.UnsafeBlockSigner);
        }
        else if (signer.IsZero && string.IsNullOrWhiteSpace(_options.L1) && _options.Changes.Count == 0)
        {
            _faults.Add($"Whose blocks are valid is not known: {nameof(P2POptions.UnsafeBlockSigner)} or {nameof(P2POptions.L1)} must be given.");
        }

        return new NetworkConfig { RollupConfig = rollup, UnsafeBlockSigner = signer };
    }

    private RollupConfig? Registered(ulong? named)
    {
        if (named is { } id && ChainRegistry.TryGet(id, out RegisteredChain? chain))
        {
            return chain.Config;
        }

        string known = string.Join(", ", ChainRegistry.All.Select(chain => $"{chain.Config.L2ChainId} ({chain.Name})"));
        _faults.Add(string.IsNullOrWhiteSpace(_options.Chain)
            ? $"{nameof(P2POptions.Chain)} or {nameof(P2POptions.RollupConfig)} must be given."
            : $"{nameof(P2POptions.Chain)} must be one of {known}, not \"{_options.Chain}\"; or {nameof(P2POptions.RollupConfig)} must be given.");
        return null;
    }

    private RollupConfig? ReadFile(string path, ulong? named)
    {
        string? error;
        RollupConfig? rollup = null;
        try
        {
            error = new FileInfo(path).Length > MaxConfigSize ? "too large"
                : RollupConfig.TryParse(File.ReadAllBytes(path), out rollup, out string? reason) ? null : reason;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = e.Message;
        }

        if (error is not null)
        {
            _faults.Add($"{nameof(P2POptions.RollupConfig)}: {path}: {error}");
            return null;
        }

        _faults.Require(
            string.IsNullOrWhiteSpace(_options.Chain) || named == rollup!.L2ChainId,
            nameof(P2POptions.Chain), $"that of {nameof(P2POptions.RollupConfig)}, {rollup!.L2ChainId}", _options.Chain);
        return rollup;
    }

    private L1SignerSource? SignerSource(NetworkConfig chain)
    {
        bool isRange = _options.L1RuntimeConfigReloadInterval >= TimeSpan.Zero && _options.L1RuntimeConfigReloadInterval <= TimeSpan.FromDays(1);
        _faults.Require(isRange, nameof(P2POptions.L1RuntimeConfigReloadInterval), "0 to a day", _options.L1RuntimeConfigReloadInterval);
        _faults.Require(_options.VerifierL1Confs is >= 0 and <= 10_000, nameof(P2POptions.VerifierL1Confs), "0 to 10,000", _options.VerifierL1Confs);
        if (string.IsNullOrWhiteSpace(_options.L1))
        {
            return null;
        }

        if (!IsHttp(_options.L1, out Uri? endpoint))
        {
            _faults.AddWrong(nameof(P2POptions.L1), "an http or https URL");
            return null;
        }

        if (chain.RollupConfig.L1SystemConfigAddress is not { } systemConfig)
        {
            _faults.Add($"{nameof(P2POptions.L1)}: the chain's configuration names no SystemConfig contract.");
            return null;
        }

        L1SignerSourceOptions options = _faults.Checked(
            nameof(P2POptions.L1),
            new L1SignerSourceOptions
            {
                Endpoint = endpoint,
                SystemConfig = systemConfig,
                Confirmations = (ulong)Math.Clamp(_options.VerifierL1Confs, 0, 10_000),
                ReloadInterval = isRange && _options.L1RuntimeConfigReloadInterval > TimeSpan.Zero ? _options.L1RuntimeConfigReloadInterval : Timeout.InfiniteTimeSpan,
            },
            options => options.Validate());
        return _isTrial ? null : Own(new L1SignerSource(options, _time));
    }

    private BootNode? BootNodeOf(string text)
    {
        bool isNode = BootNode.TryParse(text, out BootNode? node, out BootNodeParseError error);
        _faults.Require(isNode, nameof(P2POptions.Bootnodes), $"enr: or enode:// records ({error})", text);
        return node;
    }

    private string? BootStorePath(ulong chainId) =>
        PathOrMemory(_options.Bootstore) ?? (PathOrMemory(_options.DiscoveryPath) is { } directory ? Path.Combine(directory, $"bootstore-{chainId}.json") : null);
}
