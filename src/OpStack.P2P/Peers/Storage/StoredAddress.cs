using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Peers.Storage;

/// <summary>An address of a peer.</summary>
/// <param name="Address">/ip4|ip6|dns|dns4|dns6/…/tcp/… or /dnsaddr/…, without /p2p.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="ExpiresAt">When it is forgotten unless heard of again, UTC.</param>
public sealed record StoredAddress(Multiaddr Address, AddressSource Source, DateTimeOffset ExpiresAt);

/// <summary>Where an address of a peer comes from, the least trustworthy first.</summary>
public enum AddressSource
{
    /// <summary>
    /// The peer claimed it over identify. Kept only if we are connected to the peer at the same IP: else it could aim our dials at others.
    /// </summary>
    Identify,
    /// <summary>It stands in the peer's signed record.</summary>
    Discovery,
    /// <summary>We dialled it, and the peer was there.</summary>
    Connection,
    /// <summary>The operator gave it.</summary>
    Static,
}
