using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>Log lines of the swarm: event ids 1000 to 1099.</summary>
internal static partial class SwarmLog
{
    [LoggerMessage(1000, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(this ILogger logger, Multiaddr address);

    [LoggerMessage(1001, LogLevel.Debug, "Connected to {Peer} at {Address} ({Direction})")]
    public static partial void Connected(this ILogger logger, PeerId peer, Multiaddr address, ConnectionDirection direction);

    [LoggerMessage(1002, LogLevel.Debug, "Connection to {Peer} at {Address} ended: {Reason} ({Detail})")]
    public static partial void Disconnected(this ILogger logger, PeerId peer, Multiaddr address, ConnectionCloseReason reason, string? detail);

    [LoggerMessage(1003, LogLevel.Debug, "Dialling {Address} failed: {Reason}")]
    public static partial void DialFailed(this ILogger logger, Multiaddr address, string reason);

    [LoggerMessage(1006, LogLevel.Debug, "{Direction} connection with {Address} refused: {Reason} (peer {Peer}, gate {Verdict}, error {Error})")]
    public static partial void ConnectionRefused(
        this ILogger logger,
        ConnectionDirection direction,
        Multiaddr address,
        RefusalReason reason,
        PeerId? peer,
        GateVerdict verdict,
        Libp2pError? error);

    [LoggerMessage(1007, LogLevel.Debug, "Stream of {Peer} for {Protocol} ended: {Reason}")]
    public static partial void StreamFailed(this ILogger logger, PeerId peer, string protocol, string reason);

    [LoggerMessage(1008, LogLevel.Error, "The handler of {Protocol} failed on a stream of {Peer}")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, PeerId peer, string protocol);

    [LoggerMessage(1009, LogLevel.Error, "A peer observer failed")]
    public static partial void ObserverFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error, "A task of the swarm failed")]
    public static partial void TaskFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1011, LogLevel.Warning, "Closing took longer than {Timeout}; connections were cut")]
    public static partial void CloseTimedOut(this ILogger logger, TimeSpan timeout);

    [LoggerMessage(1012, LogLevel.Error, "{Count} tasks ignore that the swarm is closing; they are left behind")]
    public static partial void HandlersStuck(this ILogger logger, int count);

    [LoggerMessage(1013, LogLevel.Error, "The connection gate failed; what it was asked about is refused")]
    public static partial void GateFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1014, LogLevel.Debug, "{Count} connections trimmed, {Left} left")]
    public static partial void Trimmed(this ILogger logger, int count, int left);
}
