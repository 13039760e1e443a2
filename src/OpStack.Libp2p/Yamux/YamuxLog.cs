using Microsoft.Extensions.Logging;

namespace OpStack.Libp2p.Yamux;

/// <summary>Events of the multiplexer, ids 1200-1299.</summary>
internal static partial class YamuxLog
{
    [LoggerMessage(1200, LogLevel.Debug, "Yamux connection ended: {Reason} {Violation}")]
    public static partial void ConnectionEnded(this ILogger logger, YamuxCloseReason reason, YamuxViolation violation, Exception? cause);

    [LoggerMessage(1201, LogLevel.Error, "Yamux connection failed by a fault of ours")]
    public static partial void InternalError(this ILogger logger, Exception cause);

    [LoggerMessage(1202, LogLevel.Debug, "Yamux stream {StreamId} refused: {Waiting} streams wait to be accepted")]
    public static partial void StreamRefused(this ILogger logger, uint streamId, int waiting);

    [LoggerMessage(1203, LogLevel.Debug, "Yamux transport could not be disposed")]
    public static partial void DisposeFailed(this ILogger logger, Exception cause);

    [LoggerMessage(1204, LogLevel.Trace, "Yamux transport ended while closing")]
    public static partial void DrainEnded(this ILogger logger, Exception cause);
}
