using System.Net;

namespace OpStack.Discv5.Filter;

/// <summary>One ban, as it stood when it was asked for.</summary>
/// <param name="Node">The banned node, or null if an address is banned.</param>
/// <param name="Address">The banned address (under IPv6 it stands for its /64), or the address a banned node was seen at, if known.</param>
/// <param name="Remaining">How long it still lasts; null for ever.</param>
public readonly record struct BannedPeer(NodeId? Node, IPAddress? Address, TimeSpan? Remaining);
