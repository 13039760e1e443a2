using OpStack.P2P.FollowChain.Flags;

namespace OpStack.P2P.FollowChain;

/// <summary>Which chain, and whose blocks. Everything throws <see cref="FlagException"/>.</summary>
internal static class ChainFlags
{
    private const int MaxConfigSize = 1 << 20;

    /// <summary>The configuration of the chain, and whose blocks are valid at first; that may be nobody's while L1 is yet to be asked.</summary>
    public static NetworkConfig Read(FlagValues values)
    {
        NetworkConfig config = ReadChain(values);
        if (values.IsGiven(FlagTable.UnsafeBlockSigner))
        {
            config = config with { UnsafeBlockSigner = values.Address(FlagTable.UnsafeBlockSigner) };
        }

        return !config.UnsafeBlockSigner.IsZero || !string.IsNullOrEmpty(values.Text(FlagTable.L1))
            ? config
            : throw new FlagException($"Whose blocks are valid is not known: give {FlagTable.UnsafeBlockSigner.Name} or {FlagTable.L1.Name}.");
    }

    /// <summary>The same, but for whose blocks: what the registry knows of that.</summary>
    public static NetworkConfig ReadChain(FlagValues values)
    {
        ulong? named = ChainNames.Find(values.Text(FlagTable.Chain)!);
        if (values.Text(FlagTable.RollupConfig) is not { Length: > 0 } path)
        {
            return named is { } id && ChainRegistry.TryGet(id, out _)
                ? NetworkConfig.ForChain(id)
                : throw values.Wrong(FlagTable.Chain, $"one of {Known()}; or give {FlagTable.RollupConfig.Name}");
        }

        RollupConfig rollup = ReadFile(values.Source(FlagTable.RollupConfig), path);
        if (values.IsGiven(FlagTable.Chain) && named != rollup.L2ChainId)
        {
            throw new FlagException($"{values.Source(FlagTable.Chain)} and {values.Source(FlagTable.RollupConfig)} name different chains: "
                + $"\"{values.Text(FlagTable.Chain)}\" and {rollup.L2ChainId}.");
        }

        return new NetworkConfig
        {
            RollupConfig = rollup,
            UnsafeBlockSigner = ChainRegistry.TryGet(rollup.L2ChainId, out RegisteredChain? chain) ? chain.UnsafeBlockSigner ?? default : default,
        };
    }

    private static string Known() => string.Join(", ", ChainRegistry.All.Select(chain => $"{chain.Config.L2ChainId} ({chain.Name})"));

    private static RollupConfig ReadFile(string source, string path)
    {
        try
        {
            FileInfo file = new(path);
            string? error = file.Length > MaxConfigSize ? "too large" : null;
            return error is null && RollupConfig.TryParse(File.ReadAllBytes(path), out RollupConfig? config, out error)
                ? config
                : throw new FlagException($"{source}: {path}: {error}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FlagException($"{source}: {e.Message}");
        }
    }
}
