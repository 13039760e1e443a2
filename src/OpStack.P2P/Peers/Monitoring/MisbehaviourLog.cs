using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Monitoring;

/// <summary>
/// The one line about misbehaving peers, made for a firewall; its text and its event id are a contract. Level Warning, event 2640, and the
/// message
/// <code>CANONICAL_MISBEHAVING_PEER: peer=PEER addr=ADDRESS component=COMPONENT reason=REASON</code>
/// PEER is a peer id in base58, ADDRESS the remote's address as /ip4/…/tcp/… or /ip6/…/tcp/…, COMPONENT and REASON are words of
/// lower-case letters and dashes; nothing in it is a text of the peer's. One line per IP address of a peer and occasion. A fail2ban filter
/// for it:
/// <code>failregex = CANONICAL_MISBEHAVING_PEER: peer=\S+ addr=/ip[46]/&lt;HOST&gt;/tcp/\d+ component=\S+ reason=\S+$</code>
/// <para>Components: <c>peer-score</c> (a ban; the reason is what lowered the score: invalid-messages, mesh-deliveries, application,
/// ip-colocation, behaviour, slow-peer, low-score) and <c>connection</c> (protocol-violation).</para>
/// </summary>
internal static partial class MisbehaviourLog
{
    public const string PeerScore = "peer-score";
    public const string Connection = "connection";
    public const string ProtocolViolation = "protocol-violation";

    [LoggerMessage(2640, LogLevel.Warning, "CANONICAL_MISBEHAVING_PEER: peer={Peer} addr={Address} component={Component} reason={Reason}")]
    public static partial void Misbehaving(this ILogger logger, PeerId peer, Multiaddr address, string component, string reason);

    /// <summary>The word for what lowered a score.</summary>
    public static string WordOf(ScoreCause cause) => cause switch
    {
        ScoreCause.InvalidMessages => "invalid-messages",
        ScoreCause.MeshDeliveries => "mesh-deliveries",
        ScoreCause.Application => "application",
        ScoreCause.IpColocation => "ip-colocation",
        ScoreCause.Behaviour => "behaviour",
        ScoreCause.SlowPeer => "slow-peer",
        _ => "low-score",
    };
}
