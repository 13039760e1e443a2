using System.Net;
using OpStack.Discv5.Records;

namespace OpStack.Discv5;

/// <summary>The answer to a PING.</summary>
/// <param name="EnrSequence">Sequence number of the peer's record.</param>
/// <param name="Observed">Our endpoint as the peer sees it; it may lie.</param>
public sealed record PingResult(ulong EnrSequence, IPEndPoint Observed);

/// <summary>A node of the routing table.</summary>
/// <param name="Record">Its record.</param>
/// <param name="IsLive">It answered a PING since it entered or moved; only such nodes are handed to others.</param>
/// <param name="IsConnected">There is a session with it.</param>
/// <param name="IsOutbound">We made the first contact of that session.</param>
public sealed record TableEntryInfo(Enr Record, bool IsLive, bool IsConnected, bool IsOutbound);
