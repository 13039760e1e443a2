using OpStack.Primitives;

namespace OpStack.P2P;

/// <summary>A block by hash and number.</summary>
/// <param name="Hash">Block hash.</param>
/// <param name="Number">Height.</param>
public readonly record struct BlockId(Hash256 Hash, ulong Number);

/// <summary>Where the rollup begins (rollup.json "genesis").</summary>
/// <param name="L1">The L1 block after which the rollup starts.</param>
/// <param name="L2">The first L2 block.</param>
/// <param name="L2Time">Timestamp of the first L2 block, unix seconds.</param>
public sealed record RollupGenesis(BlockId L1, BlockId L2, ulong L2Time);
