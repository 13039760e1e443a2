using Microsoft.Extensions.Logging;

namespace OpStack.P2P.Hosting;

/// <summary>Log lines of the host's side: event ids 5000 to 5019.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(5000, LogLevel.Warning, "The key of this node of chain {ChainId} is new and will be forgotten at its end, and with it what peers think of it: set PrivPath")]
    public static partial void KeyIsForgotten(this ILogger logger, ulong chainId);

    [LoggerMessage(5001, LogLevel.Warning, "The node of chain {ChainId} did not stop in time; what is left of it is abandoned")]
    public static partial void Abandoned(this ILogger logger, ulong chainId);
}
