using OpStack.Primitives;

namespace OpStack.P2P.Devnet;

/// <summary>The made-up chain of the devnet: every fork up to Jovian active from the start, so blocks are V4.</summary>
internal static class DevnetChain
{
    public static RollupConfig Config(ulong chainId, TimeSpan blockTime) => new()
    {
        L2ChainId = chainId,
        L1ChainId = 900,
        BlockTime = Math.Max(1, (ulong)blockTime.TotalSeconds), // A rollup counts whole seconds; faster devnets share timestamps.
        Genesis = new RollupGenesis(new BlockId(default(Hash256), 0), new BlockId(default(Hash256), 0), 0),
        RegolithTime = 0,
        CanyonTime = 0,
        DeltaTime = 0,
        EcotoneTime = 0,
        FjordTime = 0,
        GraniteTime = 0,
        HoloceneTime = 0,
        IsthmusTime = 0,
        JovianTime = 0,
    };

    public static string Topic(ulong chainId) => new BlockTopics(chainId)[PayloadVersion.V4];
}
