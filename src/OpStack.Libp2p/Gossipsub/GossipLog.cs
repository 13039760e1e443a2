using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Log events of gossipsub, 2000 on.</summary>
internal static partial class GossipLog
{
    [LoggerMessage(2000, LogLevel.Debug, "Gossip stream to {Peer} open, {Protocol}")]
    public static partial void StreamOpened(ILogger logger, PeerId peer, string protocol);

    [LoggerMessage(2001, LogLevel.Debug, "Gossip stream to {Peer} lost (attempt {Attempt} of {Attempts})")]
    public static partial void StreamLost(ILogger logger, PeerId peer, int attempt, int attempts, Exception? reason);

    [LoggerMessage(2002, LogLevel.Debug, "{Peer} does not speak meshsub")]
    public static partial void NotSpoken(ILogger logger, PeerId peer);

    [LoggerMessage(2003, LogLevel.Debug, "Gossip stream from {Peer} ended")]
    public static partial void InboundEnded(ILogger logger, PeerId peer, Exception? reason);

    [LoggerMessage(2004, LogLevel.Debug, "RPC of {Bytes} bytes from {Peer} refused: {Error}")]
    public static partial void RpcRefused(ILogger logger, PeerId peer, int bytes, RpcError error);

    [LoggerMessage(2005, LogLevel.Trace, "RPC of {Bytes} bytes from {Peer}")]
    public static partial void RpcReceived(ILogger logger, PeerId peer, int bytes);

    [LoggerMessage(2006, LogLevel.Warning, "The gossip handler threw in {Step} on topic {Topic}; the message is ignored")]
    public static partial void HandlerFault(ILogger logger, string step, string topic, Exception exception);

    [LoggerMessage(2007, LogLevel.Warning, "No verdict on message {Id} of topic {Topic} in time; it is ignored")]
    public static partial void ValidationTimeout(ILogger logger, MessageId id, string topic);

    [LoggerMessage(2008, LogLevel.Error, "The gossip router failed on {Input}; the loop goes on")]
    public static partial void RouterFault(ILogger logger, string input, Exception exception);

    [LoggerMessage(2009, LogLevel.Warning, "Calls into the gossip handler did not return in {Seconds} s; disposal goes on without them")]
    public static partial void HandlerStuck(ILogger logger, double seconds);

    [LoggerMessage(2010, LogLevel.Error, "The gossip task of {Peer} failed")]
    public static partial void PeerFault(ILogger logger, PeerId peer, Exception exception);

    [LoggerMessage(2011, LogLevel.Debug, "Graylisted {Peer}: {IsGraylisted}")]
    public static partial void GraylistChanged(ILogger logger, PeerId peer, bool isGraylisted);

    [LoggerMessage(2012, LogLevel.Debug, "Dialling {Peer} for gossip did not succeed")]
    public static partial void DialEnded(ILogger logger, PeerId peer, Exception? reason);
}
