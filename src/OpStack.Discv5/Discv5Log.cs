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
}
