using System.Net;
using Microsoft.Extensions.Logging;

namespace OpStack.Libp2p.Nat;

/// <summary>Log lines of port mapping: event ids 1400 to 1419.</summary>
internal static partial class NatLog
{
    [LoggerMessage(1400, LogLevel.Information, "{Protocol} port {Port} is reached at {External}, by {Method} at {Gateway}")]
    public static partial void Mapped(
        this ILogger logger, TransportProtocol protocol, int port, IPEndPoint external, PortMappingMethod method, IPAddress gateway);

    [LoggerMessage(1401, LogLevel.Warning, "{External} is no address of the open internet: there is another NAT behind the gateway")]
    public static partial void NotPublic(this ILogger logger, IPAddress external);

    [LoggerMessage(1402, LogLevel.Warning, "{Protocol} port {Port} is mapped no more: {Fault}")]
    public static partial void Unmapped(this ILogger logger, TransportProtocol protocol, int port, string? fault);

    [LoggerMessage(1403, LogLevel.Information, "No ports are mapped: {Fault}")]
    public static partial void NothingMapped(this ILogger logger, string fault);

    [LoggerMessage(1404, LogLevel.Debug, "{Protocol} port {Port} by {Method}: {Outcome}")]
    public static partial void Asked(this ILogger logger, TransportProtocol protocol, int port, PortMappingMethod method, MapOutcome outcome);

    [LoggerMessage(1405, LogLevel.Information, "The gateway {Gateway} has lost its mappings; they are asked for again")]
    public static partial void GatewayRestarted(this ILogger logger, IPAddress gateway);

    [LoggerMessage(1406, LogLevel.Information, "The gateway {Gateway} is looked for anew: {Reason}")]
    public static partial void SearchingAgain(this ILogger logger, IPAddress gateway, string reason);

    [LoggerMessage(1407, LogLevel.Error, "Port mapping failed by a fault of ours and goes on")]
    public static partial void MapperFault(this ILogger logger, Exception exception);

    [LoggerMessage(1408, LogLevel.Debug, "The gateway did not take the mappings back within {Timeout}; they run out by themselves")]
    public static partial void UnmapTimedOut(this ILogger logger, TimeSpan timeout);
}
