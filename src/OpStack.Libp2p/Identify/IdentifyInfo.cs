using OpStack.Libp2p.Multiformats;

namespace OpStack.Libp2p.Identify;

/// <summary>What a peer told about itself over identify or identify/push.</summary>
/// <param name="AgentVersion">Free text, at most 256 characters kept; "" when absent.</param>
/// <param name="ProtocolVersion">Free text, at most 256 characters kept; "" when absent.</param>
/// <param name="Protocols">Protocol ids, at most 1,024 kept.</param>
/// <param name="ListenAddresses">Claimed addresses without /p2p, at most 500 kept. Never proof of anything.</param>
/// <param name="ObservedAddress">Our address as the peer sees it.</param>
public sealed record IdentifyInfo(
    string AgentVersion,
    string ProtocolVersion,
    IReadOnlyList<string> Protocols,
    IReadOnlyList<Multiaddr> ListenAddresses,
    Multiaddr? ObservedAddress)
{
    /// <summary>
    /// The peer's signed record in its envelope, checked to be signed by the peer itself; at most 4,096 bytes, else empty, as without one.
    /// Others can be given it (gossipsub's peer exchange).
    /// </summary>
    public ReadOnlyMemory<byte> SignedPeerRecord { get; init; }
}
