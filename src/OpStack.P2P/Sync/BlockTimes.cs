namespace OpStack.P2P.Sync;

/// <summary>Heights and timestamps of a chain whose blocks come at fixed intervals (op-node rollup types.go).</summary>
internal static class BlockTimes
{
    /// <summary>When the block of a height is due, in unix seconds; the end of time for heights that never are.</summary>
    public static ulong TimestampOf(RollupConfig config, ulong number)
    {
        ulong above = number - Math.Min(number, config.Genesis.L2.Number);
        UInt128 timestamp = config.Genesis.L2Time + ((UInt128)above * config.BlockTime);
        return timestamp > ulong.MaxValue ? ulong.MaxValue : (ulong)timestamp;
    }

    /// <summary>Whether the chain can have a block of this height at a time.</summary>
    public static bool CanExist(RollupConfig config, ulong number, DateTimeOffset now) =>
        TryGetHighest(config, now, out ulong highest) && number >= config.Genesis.L2.Number && number <= highest;

    /// <summary>The highest block that can exist at a time; false before genesis.</summary>
    public static bool TryGetHighest(RollupConfig config, DateTimeOffset now, out ulong number)
    {
        long seconds = now.ToUnixTimeSeconds();
        bool hasBegun = seconds >= 0 && (ulong)seconds >= config.Genesis.L2Time;
        number = hasBegun ? config.Genesis.L2.Number + (((ulong)seconds - config.Genesis.L2Time) / config.BlockTime) : 0;
        return hasBegun;
    }
}
