using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace OpStack.Libp2p.Transport;

internal static partial class TransportLog
{
    [LoggerMessage(EventId = 1150, Level = LogLevel.Warning, Message = "Accepting on {EndPoint} fails with {Error}; trying again, up to once a second, until it succeeds")]
    public static partial void AcceptFailed(ILogger logger, IPEndPoint endPoint, SocketError error);

    [LoggerMessage(EventId = 1151, Level = LogLevel.Debug, Message = "A connection to {EndPoint} was gone before it was accepted ({Error})")]
    public static partial void AcceptAborted(ILogger logger, IPEndPoint endPoint, SocketError error);

    [LoggerMessage(EventId = 1152, Level = LogLevel.Information, Message = "Accepting on {EndPoint} works again after {Faults} faults")]
    public static partial void AcceptRecovered(ILogger logger, IPEndPoint endPoint, int faults);

    [LoggerMessage(EventId = 1153, Level = LogLevel.Warning, Message = "Connecting to {EndPoint} fails with {Error}: this machine has no descriptors, buffers or ports left; not logged again before a dial succeeds")]
    public static partial void DialOutOfResources(ILogger logger, IPEndPoint endPoint, SocketError error);
}
