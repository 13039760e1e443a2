using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Rpc;

/// <summary>Log lines of the RPC: event ids 2940 to 2959.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(2940, LogLevel.Information, "{Method} by RPC: done")]
    public static partial void Changed(this ILogger logger, string method);

    [LoggerMessage(2941, LogLevel.Information, "{Method} by RPC: {Code} {Reason}")]
    public static partial void NotChanged(this ILogger logger, string method, int code, string reason);

    [LoggerMessage(2942, LogLevel.Error, "{Method} failed by a fault of ours")]
    public static partial void MethodFailed(this ILogger logger, Exception exception, string method);

    [LoggerMessage(2943, LogLevel.Debug, "A body of {Bytes} bytes was refused: {Reason}")]
    public static partial void BodyRefused(this ILogger logger, int bytes, string reason);
}
