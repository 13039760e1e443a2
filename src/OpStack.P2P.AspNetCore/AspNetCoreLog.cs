using Microsoft.Extensions.Logging;

namespace OpStack.P2P.AspNetCore;

/// <summary>Log lines of the endpoints: event ids 4900 to 4949.</summary>
internal static partial class AspNetCoreLog
{
    [LoggerMessage(4900, LogLevel.Debug, "No snapshot for the dashboard")]
    public static partial void NoSnapshot(this ILogger logger, Exception exception);
}
