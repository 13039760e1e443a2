using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;
using OpStack.Primitives;

namespace OpStack.P2P.Node;

/// <summary>Log lines of the network: event ids 2960 to 2999.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(2960, LogLevel.Information, "Network of chain {ChainId} began: {Peer} at {Address}, discovery {Discovery}")]
    public static partial void Began(this ILogger logger, ulong chainId, PeerId peer, string address, string discovery);

    [LoggerMessage(2961, LogLevel.Information, "Network of chain {ChainId} stopped")]
    public static partial void Stopped(this ILogger logger, ulong chainId);

    [LoggerMessage(2962, LogLevel.Warning, "{Part} failed: {Reason}")]
    public static partial void PartFailed(this ILogger logger, Exception? exception, NetworkPart part, string reason);

    [LoggerMessage(2963, LogLevel.Information, "{Part} works again")]
    public static partial void Recovered(this ILogger logger, NetworkPart part);

    [LoggerMessage(2964, LogLevel.Warning, "Block {Number} {Hash} was not published: {Reason}")]
    public static partial void NotPublished(this ILogger logger, Exception? exception, ulong number, Hash256 hash, string reason);

    [LoggerMessage(2965, LogLevel.Debug, "Block {Number} {Hash} published")]
    public static partial void Published(this ILogger logger, ulong number, Hash256 hash);

    [LoggerMessage(2966, LogLevel.Warning, "Stopping {Part} failed")]
    public static partial void StopFailed(this ILogger logger, Exception exception, NetworkPart part);

    [LoggerMessage(2967, LogLevel.Information, "The unsafe block signer is now {Signer}")]
    public static partial void SignerChanged(this ILogger logger, Address signer);

    [LoggerMessage(2968, LogLevel.Information, "Asked for blocks {First} to {Last}: {Outcome}, {Delivered} came")]
    public static partial void GapAsked(this ILogger logger, ulong first, ulong last, SyncOutcome outcome, ulong delivered);

    [LoggerMessage(2969, LogLevel.Information, "Peers outside are told: libp2p at {Tcp}, discovery at {Udp}")]
    public static partial void ReachedAt(this ILogger logger, IPEndPoint? tcp, IPEndPoint? udp);
}
