using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Gating;

/// <summary>A ban as it stands. One of peer and address is there.</summary>
/// <param name="Peer">The banned peer, or null.</param>
/// <param name="Address">The banned IP address, or null.</param>
/// <param name="Reason">Why, for a person; at most 64 characters.</param>
/// <param name="BannedAt">Since when, UTC.</param>
/// <param name="ExpiresAt">
/// Until when, UTC. It is counted on the monotonic clock: setting the wall clock moves this and ends no ban early.
/// </param>
/// <param name="Remaining">How long it still lasts.</param>
public sealed record GaterBan(PeerId? Peer, IPAddress? Address, string Reason, DateTimeOffset BannedAt, DateTimeOffset ExpiresAt, TimeSpan Remaining);
