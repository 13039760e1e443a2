using OpStack.P2P.FollowChain.Flags;

namespace OpStack.P2P.FollowChain;

/// <summary>Which chain, and whose blocks.</summary>
internal static class ChainFlags
{
    private const int MaxConfigSize = 1 << 20;

    /// <summary>The configuration of the chain. Throws <see cref="FlagException"/>.</summary>
    public static NetworkConfig Read(FlagValues values)
    {
        NetworkConfig config = values.Text(FlagTable.RollupConfig) is { Length: > 0 } path
            ? new NetworkConfig { RollupConfig = ReadFile(path) }
            : Find(values.Text(FlagTable.Chain)!) ?? throw values.Wrong(FlagTable.Chain, $"one of {Known()}; or give {FlagTable.RollupConfig.Name}");
        if (values.IsGiven(FlagTable.UnsafeBlockSigner) && config.UnsafeBlockSigner.IsZero)
        {
            config = config with { UnsafeBlockSigner = values.Address(FlagTable.UnsafeBlockSigner) };
        }

        return !config.UnsafeBlockSigner.IsZero || !string.IsNullOrEmpty(values.Text(FlagTable.L1))
            ? config
            : throw new FlagException($"Whose blocks are valid is not known: give {FlagTable.UnsafeBlockSigner.Name} or {FlagTable.L1.Name}.");
    }

    /// <summary>A chain by its id, its name, or op-node's form of it ("op-mainnet", "base-mainnet").</summary>
    private static NetworkConfig? Find(string text)
    {
        RegisteredChain? chain = ulong.TryParse(text, out ulong id)
            ? ChainRegistry.All.FirstOrDefault(c => c.Config.L2ChainId == id)
            : ChainRegistry.All.FirstOrDefault(c => NamesOf(c).Contains(text, StringComparer.OrdinalIgnoreCase));
        return chain is null ? null : NetworkConfig.ForChain(chain.Config.L2ChainId);
    }

    private static string[] NamesOf(RegisteredChain chain)
    {
        string dashed = chain.Name.Replace(' ', '-');
        return [chain.Name, dashed, $"{dashed}-{chain.Superchain}", $"{chain.Superchain}-{dashed}"];
    }

    private static string Known() => string.Join(", ", ChainRegistry.All.Select(chain => $"{chain.Config.L2ChainId} ({chain.Name})"));

    private static RollupConfig ReadFile(string path)
    {
        try
        {
            FileInfo file = new(path);
            string? error = file.Length > MaxConfigSize ? "too large" : null;
            return error is null && RollupConfig.TryParse(File.ReadAllBytes(path), out RollupConfig? config, out error)
                ? config
                : throw new FlagException($"{FlagTable.RollupConfig.Name}: {path}: {error}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FlagException($"{FlagTable.RollupConfig.Name}: {e.Message}");
        }
    }
}
