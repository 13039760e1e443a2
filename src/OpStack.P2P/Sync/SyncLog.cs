using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Sync;

/// <summary>Log lines of sync by number: event ids 2900 to 2939.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(2900, LogLevel.Debug, "Block {Number} served to {Peer}: {Bytes} bytes")]
    public static partial void BlockServed(this ILogger logger, ulong number, PeerId peer, long bytes);

    [LoggerMessage(2901, LogLevel.Debug, "Serving {Peer} by number failed: {Reason}")]
    public static partial void ServingFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(2902, LogLevel.Debug, "Block {Number}, asked for by {Peer}, cannot exist yet or lies before genesis")]
    public static partial void RequestOutOfRange(this ILogger logger, ulong number, PeerId peer);

    [LoggerMessage(2903, LogLevel.Warning, "The payload source gave another block for {Number}: {Block}")]
    public static partial void SourceGaveAnother(this ILogger logger, ulong number, string block);

    [LoggerMessage(2904, LogLevel.Warning, "The payload source failed for block {Number}")]
    public static partial void SourceFailed(this ILogger logger, Exception exception, ulong number);

    [LoggerMessage(2910, LogLevel.Information, "Blocks {First} to {Last} are asked for by number")]
    public static partial void RangeBegun(this ILogger logger, ulong first, ulong last);

    [LoggerMessage(2911, LogLevel.Information, "Blocks {First} to {Last}: {Outcome}, {Delivered} handed on")]
    public static partial void RangeEnded(this ILogger logger, ulong first, ulong last, SyncOutcome outcome, ulong delivered);

    [LoggerMessage(2912, LogLevel.Debug, "Block {Number} from {Peer}: {Fault}")]
    public static partial void Answered(this ILogger logger, ulong number, PeerId peer, SyncFault fault);

    [LoggerMessage(2913, LogLevel.Warning, "A block from {Peer} was not of the chain")]
    public static partial void PayloadRejected(this ILogger logger, PeerId peer);

    [LoggerMessage(2914, LogLevel.Error, "A request by number failed by a fault of our own")]
    public static partial void RequestFault(this ILogger logger, Exception exception);

    [LoggerMessage(2915, LogLevel.Error, "A step of the sync client failed")]
    public static partial void StepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2916, LogLevel.Error, "The filter of peers to ask failed")]
    public static partial void FilterFailed(this ILogger logger, Exception exception);
}
