using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OpStack.P2P.Rollup;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>A chain of the embedded registry.</summary>
/// <param name="Name">Its name, as "OP Mainnet".</param>
/// <param name="Superchain">The superchain it belongs to: "mainnet" or "sepolia".</param>
/// <param name="Config">Its rollup configuration.</param>
/// <param name="UnsafeBlockSigner">The address that signs its unsafe blocks; null when not known: the host must then give one.</param>
public sealed record RegisteredChain(string Name, string Superchain, RollupConfig Config, Address? UnsafeBlockSigner);

/// <summary>The chains known without any file: the superchain registry as of <see cref="Origin"/>, embedded in the assembly.</summary>
public static class ChainRegistry
{
    private static readonly Lazy<Content> Loaded = new(Load);

    /// <summary>Where the data comes from, and of which date it is.</summary>
    public static string Origin => Loaded.Value.Origin;

    /// <summary>All chains, in the registry's order.</summary>
    public static IReadOnlyList<RegisteredChain> All => Loaded.Value.Chains;

    /// <summary>Finds a chain by its L2 chain id.</summary>
    public static bool TryGet(ulong l2ChainId, [NotNullWhen(true)] out RegisteredChain? chain) =>
        Loaded.Value.ById.TryGetValue(l2ChainId, out chain);

    private static Content Load()
    {
        using Stream resource = typeof(ChainRegistry).Assembly.GetManifestResourceStream("OpStack.P2P.Rollup.chains.json")
            ?? throw new InvalidOperationException("The chain registry is not embedded in this assembly.");
        using JsonDocument document = JsonDocument.Parse(resource);
        RegisteredChain[] chains = [.. document.RootElement.GetProperty("chains").EnumerateArray().Select(ReadChain)];
        return new Content(
            document.RootElement.GetProperty("source").GetString() ?? "",
            chains,
            chains.ToFrozenDictionary(chain => chain.Config.L2ChainId));
    }

    private static RegisteredChain ReadChain(JsonElement element)
    {
        FieldReader fields = new(element, path: "");
        RegisteredChain chain = new(
            fields.OptionalText("name") ?? "",
            fields.OptionalText("superchain") ?? "",
            RollupConfigReader.TryRead(element, element.GetProperty("hardforks"), out RollupConfig? config, out string? error)
                ? config
                : throw new InvalidOperationException($"The embedded chain registry is damaged: {error}"),
            fields.OptionalAddress("unsafe_block_signer"));
        return fields.FirstError is null
            ? chain
            : throw new InvalidOperationException($"The embedded chain registry is damaged: {fields.FirstError}");
    }

    private sealed record Content(string Origin, RegisteredChain[] Chains, FrozenDictionary<ulong, RegisteredChain> ById);
}
