namespace OpStack.P2P.Devnet;

/// <summary>How a run ended.</summary>
internal enum RunOutcome
{
    /// <summary>Every block was published, and every follower delivered every one of them.</summary>
    Complete,
    /// <summary>Every block was published, but some did not arrive everywhere.</summary>
    Incomplete,
    /// <summary>Ctrl-C came first.</summary>
    Interrupted,
    /// <summary>Something broke; it was told by <see cref="IReport.Failed"/>.</summary>
    Failed,
}
