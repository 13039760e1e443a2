using OpStack.Libp2p.Identity;

namespace OpStack.P2P;

/// <summary>A block got by number. Its hash was recomputed, and parent hashes lead to it from the trusted end of the range.</summary>
/// <param name="Envelope">The block; its signature is all zero, because the protocol does not carry one.</param>
/// <param name="Peer">Who sent it.</param>
public sealed record SyncedBlock(OpNetworkPayloadEnvelope Envelope, PeerId Peer);
