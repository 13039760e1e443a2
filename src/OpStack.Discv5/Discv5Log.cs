using System.Net;
using Microsoft.Extensions.Logging;

namespace OpStack.Discv5;

/// <summary>Log events of discovery, 3000 on.</summary>
internal static partial class Discv5Log
{
    [LoggerMessage(3000, LogLevel.Information, "Discovery listens on UDP {EndPoint} as {NodeId}")]
    public static partial void Listening(ILogger logger, IPEndPoint endPoint, NodeId nodeId);

    [LoggerMessage(3001, LogLevel.Information, "Own record is now {Record}")]
    public static partial void LocalEnrUpdated(ILogger logger, string record);

    [LoggerMessage(3002, LogLevel.Debug, "Session with {NodeId} at {EndPoint}, outbound {Outbound}")]
    public static partial void SessionEstablished(ILogger logger, NodeId nodeId, IPEndPoint endPoint, bool outbound);

    [LoggerMessage(3003, LogLevel.Error, "A datagram of {Length} bytes from {EndPoint} broke the protocol core; the loop goes on")]
    public static partial void DatagramFault(ILogger logger, int length, IPEndPoint endPoint, Exception exception);

    [LoggerMessage(3004, LogLevel.Error, "The protocol core failed on {Input}; the loop goes on")]
    public static partial void CoreFault(ILogger logger, string input, Exception exception);

    [LoggerMessage(3005, LogLevel.Error, "Reading UDP {EndPoint} ended")]
    public static partial void ReceiveEnded(ILogger logger, IPEndPoint endPoint, Exception exception);

    [LoggerMessage(3006, LogLevel.Warning, "The talk handler of {Protocol} threw; the answer is empty")]
    public static partial void TalkHandlerFault(ILogger logger, string protocol, Exception exception);

    [LoggerMessage(3007, LogLevel.Warning, "Talk handlers did not return in {Seconds} s; disposal goes on without them")]
    public static partial void TalkHandlerStuck(ILogger logger, double seconds);

    [LoggerMessage(3008, LogLevel.Trace, "{Length} bytes to {EndPoint} were not taken by the system")]
    public static partial void SendFailed(ILogger logger, int length, IPEndPoint endPoint);

    [LoggerMessage(3009, LogLevel.Information, "Strangers reach us at {EndPoint}, where peers see us")]
    public static partial void AddressConfirmed(ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(3010, LogLevel.Warning, "Peers see us at {EndPoint}, but no strangers reach us there: the address leaves our record. Is UDP forwarded?")]
    public static partial void AddressRefuted(ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(3011, LogLevel.Error, "Datagrams come in and none has been handled for {Seconds} s, or a socket cannot be read: discovery is deaf")]
    public static partial void Deaf(ILogger logger, double seconds);

    [LoggerMessage(3012, LogLevel.Information, "Discovery handles datagrams again")]
    public static partial void HearsAgain(ILogger logger);
}
