using Microsoft.Extensions.Logging;
using OpStack.Discv5;

namespace OpStack.P2P.Discovery;

/// <summary>Log lines of the discovery driver: event ids 2700 to 2799.</summary>
internal static partial class DiscoveryLog
{
    [LoggerMessage(2700, LogLevel.Information, "Discovery of chain {ChainId} began: {Enr}")]
    public static partial void Began(this ILogger logger, ulong chainId, string enr);

    [LoggerMessage(2701, LogLevel.Debug, "Boot node {Node} did not answer: {Reason}")]
    public static partial void BootNodeFailed(this ILogger logger, NodeId node, string reason);

    [LoggerMessage(2702, LogLevel.Debug, "Lookup came to nothing: {Reason}")]
    public static partial void LookupFailed(this ILogger logger, string reason);

    [LoggerMessage(2703, LogLevel.Trace, "Record of {Node} is not for us: {Reason}")]
    public static partial void Refused(this ILogger logger, NodeId node, EnrRejection reason);

    [LoggerMessage(2704, LogLevel.Trace, "Evicted {Node} from the table")]
    public static partial void Evicted(this ILogger logger, NodeId node);

    [LoggerMessage(2705, LogLevel.Error, "A step of discovery failed")]
    public static partial void StepFailed(this ILogger logger, Exception error);

    [LoggerMessage(2706, LogLevel.Warning, "Discovery ended by itself; no more nodes will be found")]
    public static partial void NetworkEnded(this ILogger logger);

    [LoggerMessage(2707, LogLevel.Debug, "Discovery of chain {ChainId} ended")]
    public static partial void Ended(this ILogger logger, ulong chainId);
}
