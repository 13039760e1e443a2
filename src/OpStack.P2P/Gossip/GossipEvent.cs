using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P;

/// <summary>Something the gossip network tells its host; the cases are the records below.</summary>
public abstract record GossipEvent;

/// <summary>A valid, new unsafe block.</summary>
/// <param name="Envelope">The block with its signature. It owns its bytes: keeping it is safe.</param>
/// <param name="Source">The peer it came from first.</param>
/// <param name="Topic">The block topic it came on.</param>
/// <param name="ReceivedAt">When it was accepted, UTC.</param>
public sealed record BlockReceived(OpNetworkPayloadEnvelope Envelope, PeerId Source, string Topic, DateTimeOffset ReceivedAt) : GossipEvent;

/// <summary>The first connection to a peer is up.</summary>
/// <param name="Peer">Its proven identity.</param>
/// <param name="Direction">Who dialled.</param>
/// <param name="Address">Its address, without /p2p.</param>
public sealed record PeerConnected(PeerId Peer, ConnectionDirection Direction, Multiaddr Address) : GossipEvent;

/// <summary>The last connection to a peer is gone.</summary>
/// <param name="Peer">The peer.</param>
public sealed record PeerDisconnected(PeerId Peer) : GossipEvent;

/// <summary>A peer told who it is.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Info">What it told; its own claims.</param>
public sealed record PeerIdentified(PeerId Peer, IdentifyInfo Info) : GossipEvent;

/// <summary>A dial begun by <see cref="GossipDriver.Dial(Multiaddr)"/> came to nothing.</summary>
/// <param name="Address">What was dialled.</param>
/// <param name="Reason">Why it failed, for a person.</param>
public sealed record DialFailed(Multiaddr Address, string Reason) : GossipEvent;
