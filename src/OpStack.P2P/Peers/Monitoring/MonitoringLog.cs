using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Monitoring;

/// <summary>
/// Log lines of the monitor and the pings: event ids 2641 to 2659. The line for firewalls is in <see cref="MisbehaviourLog"/>.
/// </summary>
internal static partial class MonitoringLog
{
    [LoggerMessage(
        2641,
        LogLevel.Information,
        "Peer {Peer} is below the ban threshold ({Score}, {Reason}) but stays: the fault may be ours, and only {Healthy} peers are above it")]
    public static partial void Spared(this ILogger logger, PeerId peer, double score, string reason, int healthy);

    [LoggerMessage(2642, LogLevel.Error, "A ban of {Peer} could not be applied by {Target}")]
    public static partial void BanFailed(this ILogger logger, Exception exception, PeerId peer, string target);

    [LoggerMessage(2643, LogLevel.Error, "An inspection of peers failed")]
    public static partial void InspectionFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2644, LogLevel.Debug, "Ping of {Peer}: {RoundTrip}")]
    public static partial void Pinged(this ILogger logger, PeerId peer, TimeSpan roundTrip);

    [LoggerMessage(2645, LogLevel.Debug, "Ping of {Peer} failed: {Reason}")]
    public static partial void PingFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(2646, LogLevel.Warning, "Only {Pinged} of {Peers} peers could be pinged in {Interval}")]
    public static partial void PingRoundCut(this ILogger logger, int pinged, int peers, TimeSpan interval);

    [LoggerMessage(2647, LogLevel.Error, "A round of pings failed")]
    public static partial void PingRoundFailed(this ILogger logger, Exception exception);
}
