using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Dialing;

/// <summary>Log lines of dials: event ids 2660 to 2679.</summary>
internal static partial class DialingLog
{
    [LoggerMessage(2660, LogLevel.Information, "Static peer {Address} is ourselves; it is left out")]
    public static partial void StaticPeerIsSelf(this ILogger logger, Multiaddr address);

    [LoggerMessage(2661, LogLevel.Information, "Static peer {Peer} could not be reached: {Reason}; next try in {Wait}")]
    public static partial void StaticPeerFailed(this ILogger logger, PeerId peer, string reason, TimeSpan wait);

    [LoggerMessage(2662, LogLevel.Information, "Static peer {Peer} is connected")]
    public static partial void StaticPeerConnected(this ILogger logger, PeerId peer);

    [LoggerMessage(2663, LogLevel.Information, "Static peer {Peer} is gone")]
    public static partial void StaticPeerGone(this ILogger logger, PeerId peer);

    [LoggerMessage(2664, LogLevel.Error, "A dial of {Peer} failed by a fault of ours")]
    public static partial void DialFault(this ILogger logger, Exception exception, PeerId peer);

    [LoggerMessage(2665, LogLevel.Debug, "Dialled {Candidates} candidates of {Known} known: {Connected} connected")]
    public static partial void RoundEnded(this ILogger logger, int candidates, int known, int connected);

    [LoggerMessage(2666, LogLevel.Error, "A round of dials failed")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);
}
