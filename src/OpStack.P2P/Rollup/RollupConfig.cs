using System.Diagnostics.CodeAnalysis;
using OpStack.P2P.Rollup;
using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>
/// What the P2P stack must know of a rollup: the part of op-node's rollup.json that it reads, under the same names.
/// Fork times are unix seconds; null means that the fork is not scheduled.
/// </summary>
public sealed partial record RollupConfig
{
    /// <summary>The L2 chain id ("l2_chain_id"), at least 1. Part of the topics, the ENR entry and every signing hash.</summary>
    public required ulong L2ChainId { get; init; }

    /// <summary>The L1 chain id ("l1_chain_id").</summary>
    public required ulong L1ChainId { get; init; }

    /// <summary>Seconds between L2 blocks ("block_time"), at least 1.</summary>
    public required ulong BlockTime { get; init; }

    /// <summary>Where the rollup begins ("genesis").</summary>
    public required RollupGenesis Genesis { get; init; }

    /// <summary>The L1 contract whose storage names the unsafe block signer ("l1_system_config_address"); null when absent.</summary>
    public Address? L1SystemConfigAddress { get; init; }

    /// <summary>
    /// Reads rollup.json. Bounded and never throwing: unknown fields are skipped, forks that are absent or null stay unscheduled.
    /// </summary>
    /// <param name="utf8Json">The JSON text in UTF-8, at most 1 MiB.</param>
    /// <param name="config">The configuration read.</param>
    /// <param name="error">On failure names the offending field by its path, as in "genesis.l2_time: missing".</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out RollupConfig? config, [NotNullWhen(false)] out string? error) =>
        RollupConfigReader.TryRead(utf8Json, out config, out error);
}
