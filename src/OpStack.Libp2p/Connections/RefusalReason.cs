using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// Why a connection did not come to be although its socket was open. Names of <see cref="ConnectionLimits"/> where one is meant.
/// </summary>
public enum RefusalReason
{
    /// <summary>The gate said no: <see cref="ConnectionRefusal.Verdict"/>.</summary>
    Gate,
    /// <summary>
    /// Its address opened connections faster than <see cref="ConnectionLimits.AddressInterval"/> and
    /// <see cref="ConnectionLimits.AddressBurst"/> allow.
    /// </summary>
    AddressRate,
    /// <summary>Its address holds <see cref="ConnectionLimits.MaxPerAddress"/> connections already.</summary>
    AddressLimit,
    /// <summary>It was the oldest of <see cref="ConnectionLimits.MaxHalfOpenInbound"/> unfinished handshakes when another came.</summary>
    HalfOpenLimit,
    /// <summary>
    /// <see cref="ConnectionLimits.MaxInbound"/>, <see cref="ConnectionLimits.MaxOutbound"/> or
    /// <see cref="ConnectionLimits.MaxConnections"/> is reached and none could make room.
    /// </summary>
    TotalLimit,
    /// <summary>Its peer holds <see cref="ConnectionLimits.MaxPerPeer"/> connections already.</summary>
    PeerLimit,
    /// <summary>It is the losing half of a simultaneous dial.</summary>
    Duplicate,
    /// <summary>The remote is ourselves.</summary>
    Self,
    /// <summary>The swarm is being disposed.</summary>
    ShuttingDown,
    /// <summary>The handshake failed or took too long: <see cref="ConnectionRefusal.Error"/>.</summary>
    HandshakeFailed,
    /// <summary>Whoever wanted it dialled gave up before its handshake ended.</summary>
    Abandoned,
}

/// <summary>A connection that was turned away.</summary>
/// <param name="Direction">Who dialled.</param>
/// <param name="RemoteAddress">The remote's address, without /p2p.</param>
/// <param name="Peer">The proven identity; null when it was turned away before that.</param>
/// <param name="Reason">Why.</param>
public sealed record ConnectionRefusal(ConnectionDirection Direction, Multiaddr RemoteAddress, PeerId? Peer, RefusalReason Reason)
{
    /// <summary>
    /// What the gate said; <see cref="GateVerdict.Allow"/> unless <see cref="Reason"/> is <see cref="RefusalReason.Gate"/>.
    /// </summary>
    public GateVerdict Verdict { get; init; }

    /// <summary>What failed in the handshake; null unless <see cref="Reason"/> is <see cref="RefusalReason.HandshakeFailed"/>.</summary>
    public Libp2pError? Error { get; init; }
}
