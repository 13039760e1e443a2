using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Identify;

/// <summary>Log lines of identify: events 1300 to 1319. Names and numbers are a contract with those who filter logs.</summary>
internal static partial class IdentifyLog
{
    [LoggerMessage(1300, LogLevel.Debug, "Identified {Peer}: agent {Agent}, {Protocols} protocols, {Addresses} addresses")]
    public static partial void Identified(this ILogger logger, PeerId peer, string agent, int protocols, int addresses);

    [LoggerMessage(1301, LogLevel.Debug, "Identify with {Peer} over {Protocol} failed: {Reason}")]
    public static partial void IdentifyFailed(this ILogger logger, PeerId peer, string protocol, string reason);

    [LoggerMessage(1302, LogLevel.Debug, "{Peer} sent an identify message we refuse: {Fault}")]
    public static partial void IdentifyRefused(this ILogger logger, PeerId peer, string fault);

    [LoggerMessage(1303, LogLevel.Debug, "{Peer} named a public key that is not its own; the key is ignored")]
    public static partial void ForeignKey(this ILogger logger, PeerId peer);

    [LoggerMessage(1304, LogLevel.Trace, "{Peer} pushes identify too often; the push is closed unread")]
    public static partial void PushRefused(this ILogger logger, PeerId peer);

    [LoggerMessage(1305, LogLevel.Error, "Identify with {Peer} failed by a fault of ours")]
    public static partial void IdentifyFault(this ILogger logger, PeerId peer, Exception exception);
}
