using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P.Gossip;

/// <summary>Log lines of the gossip driver: event ids 2500 to 2599.</summary>
internal static partial class GossipDriverLog
{
    [LoggerMessage(2500, LogLevel.Information, "Gossip of {Peer} stopped")]
    public static partial void Stopped(this ILogger logger, PeerId peer);

    [LoggerMessage(2501, LogLevel.Debug, "Block message from {Peer} on {Topic}: {Acceptance} ({Reason})")]
    public static partial void Judged(this ILogger logger, PeerId? peer, string topic, Libp2p.Gossipsub.MessageAcceptance acceptance, BlockInvalidReason reason);

    [LoggerMessage(2503, LogLevel.Error, "The block handler failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2502, LogLevel.Debug, "Unsafe block {Number} {Hash} from {Peer}")]
    public static partial void Received(this ILogger logger, ulong number, Hash256 hash, PeerId peer);

    [LoggerMessage(2504, LogLevel.Warning, "Scores of peers could not be stored")]
    public static partial void ScoresNotStored(this ILogger logger, Exception exception);
}
