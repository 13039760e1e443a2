using System.Net;
using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Gating;

/// <summary>Log lines of the gater: event ids 2620 to 2629.</summary>
internal static partial class GaterLog
{
    [LoggerMessage(2620, LogLevel.Information, "Blocked peer {Peer}")]
    public static partial void PeerBlocked(this ILogger logger, PeerId peer);

    [LoggerMessage(2621, LogLevel.Information, "Blocked address {Address}")]
    public static partial void AddressBlocked(this ILogger logger, IPAddress address);

    [LoggerMessage(2622, LogLevel.Information, "Blocked subnet {Subnet}")]
    public static partial void SubnetBlocked(this ILogger logger, IPNetwork subnet);

    [LoggerMessage(2623, LogLevel.Information, "Banned peer {Peer} for {Duration}: {Reason}")]
    public static partial void PeerBanned(this ILogger logger, PeerId peer, TimeSpan duration, string reason);

    [LoggerMessage(2624, LogLevel.Information, "Banned address {Address} for {Duration}: {Reason}")]
    public static partial void AddressBanned(this ILogger logger, IPAddress address, TimeSpan duration, string reason);

    [LoggerMessage(2625, LogLevel.Error, "Closing connections that are blocked or banned failed")]
    public static partial void DisconnectFailed(this ILogger logger, Exception exception);
}
