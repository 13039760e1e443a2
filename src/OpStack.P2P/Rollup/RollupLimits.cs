namespace OpStack.P2P.Rollup;

/// <summary>Bounds of this folder.</summary>
internal static class RollupLimits
{
    /// <summary>
    /// Largest rollup.json in bytes. Own choice: real ones have about 2 KiB, and the text may come from an endpoint that is not ours.
    /// </summary>
    public const int MaxConfigBytes = 1 << 20;

    /// <summary>Deepest nesting in rollup.json. Own choice: real ones have 3 levels.</summary>
    public const int MaxConfigDepth = 16;
}
