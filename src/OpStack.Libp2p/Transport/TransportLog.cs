using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OpStack.Libp2p.Transport;

internal static partial class TransportLog
{
    [LoggerMessage(EventId = 1150, Level = LogLevel.Warning, Message = "Accepting on {EndPoint} failed with {Error}; trying again in {Backoff}")]
    public static partial void AcceptFailed(ILogger logger, IPEndPoint endPoint, SocketError error, TimeSpan backoff);

    [LoggerMessage(EventId = 1151, Level = LogLevel.Debug, Message = "A connection to {EndPoint} was gone before it was accepted ({Error})")]
    public static partial void AcceptAborted(ILogger logger, IPEndPoint endPoint, SocketError error);
}
