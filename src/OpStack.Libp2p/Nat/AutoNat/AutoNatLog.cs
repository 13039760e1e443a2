using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>Log lines of the AutoNAT service: event ids 1420 to 1439.</summary>
internal static partial class AutoNatLog
{
    [LoggerMessage(1420, LogLevel.Debug, "{Peer} asked to be dialled back: {Status} ({Reason})")]
    public static partial void Answered(this ILogger logger, PeerId peer, AutoNatStatus status, string reason);

    [LoggerMessage(1421, LogLevel.Debug, "{Peer} sent an AutoNAT request we refuse: {Fault}")]
    public static partial void RequestRefused(this ILogger logger, PeerId peer, string fault);

    [LoggerMessage(1422, LogLevel.Debug, "An AutoNAT stream of {Peer} is reset: too many are being served")]
    public static partial void StreamRefused(this ILogger logger, PeerId peer);

    [LoggerMessage(1423, LogLevel.Debug, "The AutoNAT exchange with {Peer} was cut short: {Reason}")]
    public static partial void ExchangeEnded(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1424, LogLevel.Error, "Dialling {Peer} back failed by a fault of ours")]
    public static partial void DialBackFault(this ILogger logger, PeerId peer, Exception exception);
}
