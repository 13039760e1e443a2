using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Peers;

/// <summary>Log lines about peers at rest: event ids 2600 to 2699.</summary>
internal static partial class PeersLog
{
    [LoggerMessage(2600, LogLevel.Debug, "Boot store {Path}: {Records} records, {Skipped} passed over")]
    public static partial void StoreLoaded(this ILogger logger, string path, int records, int skipped);

    [LoggerMessage(2601, LogLevel.Debug, "No boot store at {Path} yet")]
    public static partial void StoreMissing(this ILogger logger, string path);

    [LoggerMessage(2602, LogLevel.Warning, "Boot store {Path} cannot be used and is kept at {Aside}: {Reason}; an empty one is used")]
    public static partial void StoreUnusable(this ILogger logger, string path, string? aside, string reason);

    [LoggerMessage(2603, LogLevel.Warning, "Boot store {Path} could not be saved: {Reason}")]
    public static partial void StoreNotSaved(this ILogger logger, string path, string reason);

    [LoggerMessage(2604, LogLevel.Debug, "{Path}: {Entries} entries")]
    public static partial void StateLoaded(this ILogger logger, string path, int entries);

    [LoggerMessage(2605, LogLevel.Warning, "{Path} holds {Skipped} entries that cannot be read; they are passed over")]
    public static partial void StateSkipped(this ILogger logger, string path, int skipped);

    [LoggerMessage(2606, LogLevel.Warning, "{Path} cannot be used and is kept at {Aside}: {Reason}; we begin without it")]
    public static partial void StateUnusable(this ILogger logger, string path, string? aside, string reason);

    [LoggerMessage(2607, LogLevel.Warning, "{Path} could not be saved: {Reason}")]
    public static partial void StateNotSaved(this ILogger logger, string path, string reason);

    [LoggerMessage(2608, LogLevel.Error, "Saving what is known of peers failed")]
    public static partial void SavingFailed(this ILogger logger, Exception exception);
}
