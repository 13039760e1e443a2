using System.Net;

namespace OpStack.Discv5;

/// <summary>A TALKREQ of a peer.</summary>
/// <param name="NodeId">Who asks; proven by its session.</param>
/// <param name="EndPoint">Where it sends from.</param>
/// <param name="Payload">The request's bytes, its own copy.</param>
public sealed record TalkQuery(NodeId NodeId, IPEndPoint EndPoint, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Answers the TALKREQs of one protocol. Called on the thread pool, several at a time. Peers wait no longer than about 500 ms to 1 s.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="cancellationToken">Cancelled when the service ends.</param>
/// <returns>At most 1,024 bytes; longer answers are replaced by an empty one.</returns>
public delegate ValueTask<ReadOnlyMemory<byte>> TalkHandler(TalkQuery request, CancellationToken cancellationToken);
