using System.Net;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Connections;

/// <summary>
/// Decides which connections may be, at the five places where go-libp2p asks its ConnectionGater. The swarm asks once per place and
/// connection, from any thread, several at once.
/// </summary>
/// <remarks>
/// <para>
/// Every address given is one an IPv4 socket or an IPv6 socket really has: an IPv4-mapped IPv6 address (::ffff:1.2.3.4) arrives as IPv4, in
/// the <see cref="IPAddress"/> and in the <see cref="Multiaddr"/> (/ip4/1.2.3.4/tcp/…). What is compared with it must be normalised
/// the same way: <see cref="Transport.AddressNormalization"/>.
/// </para>
/// <para>
/// A hook answers from memory: it must not block, and must not throw (a hook that throws is logged and taken as
/// <see cref="GateVerdict.GateFailed"/>, a refusal). <see cref="InterceptUpgraded"/> is asked under the swarm's lock, right before the
/// connection enters the table; so whoever adds to a block list first and then calls
/// <see cref="IConnectionManager.DisconnectAsync(PeerId, ConnectionCloseReason)"/> misses no connection that is on its way in, provided
/// that <see cref="InterceptUpgraded"/> looks at the list again. No lock that a hook takes may be held while the swarm is called.
/// </para>
/// <para>A refusal costs the remote no score and puts no address into back-off: it is our wish, not their fault.</para>
/// </remarks>
public interface IConnectionGate
{
    /// <summary>Outbound, before anything else is done: may <paramref name="peer"/> be dialled at all?</summary>
    GateVerdict InterceptPeerDial(PeerId peer) => GateVerdict.Allow;

    /// <summary>
    /// Outbound, per address after name resolution, before a socket is made. A refused address is left out; the others are tried.
    /// </summary>
    /// <param name="peer">Whom we expect there.</param>
    /// <param name="address">The address to be dialled, /ip4|ip6/…/tcp/…, without /p2p.</param>
    /// <param name="ip">The same address as IP.</param>
    GateVerdict InterceptAddressDial(PeerId peer, Multiaddr address, IPAddress ip) => GateVerdict.Allow;

    /// <summary>Inbound, before a byte is read or written. A refused socket is reset.</summary>
    /// <param name="remoteAddress">The remote's address, /ip4|ip6/…/tcp/…, without /p2p.</param>
    /// <param name="ip">The same address as IP.</param>
    GateVerdict InterceptAccept(Multiaddr remoteAddress, IPAddress ip) => GateVerdict.Allow;

    /// <summary>Both directions, once the noise handshake has proven who the remote is, before the muxer starts.</summary>
    /// <param name="direction">Who dialled.</param>
    /// <param name="peer">The proven identity.</param>
    /// <param name="remoteAddress">The remote's address, without /p2p.</param>
    /// <param name="ip">The same address as IP.</param>
    GateVerdict InterceptSecured(ConnectionDirection direction, PeerId peer, Multiaddr remoteAddress, IPAddress ip) => GateVerdict.Allow;

    /// <summary>
    /// Both directions, when the connection is complete, right before it counts and is told to observers. Asked under the swarm's lock.
    /// </summary>
    GateVerdict InterceptUpgraded(ConnectionInfo connection) => GateVerdict.Allow;
}
