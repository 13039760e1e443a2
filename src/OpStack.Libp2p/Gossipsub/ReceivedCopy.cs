using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// A byte-equal copy of a frame that is still retained; ingest recognised it without decoding. An input of the router like any other, but a value: most of
/// what arrives is copies, and one allocates nothing.
/// </summary>
/// <param name="Peer">Who sent it.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Id">Id of the message that came first.</param>
internal readonly record struct ReceivedCopy(PeerId Peer, string Topic, MessageId Id);
