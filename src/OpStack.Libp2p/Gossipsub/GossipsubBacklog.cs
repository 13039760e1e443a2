using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What waits around the router, in and out.</summary>
/// <param name="SendQueues">What waits to be written to each connected peer.</param>
/// <param name="FrameBytes">Bytes of frames over 16 KiB being received, at most 64 MiB.</param>
/// <param name="MessageBytes">Bytes of messages without a verdict, frame and body, at most 64 MiB.</param>
public sealed record GossipsubBacklog(IReadOnlyList<SendQueueSnapshot> SendQueues, long FrameBytes, long MessageBytes);

/// <summary>What waits to be written to one peer, the RPC being written included.</summary>
/// <param name="Peer">The peer; connected.</param>
/// <param name="Entries">RPCs, at most 256.</param>
/// <param name="Bytes">Their bytes, at most 16 MiB.</param>
public sealed record SendQueueSnapshot(PeerId Peer, int Entries, long Bytes);
