using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>A mapping that the gateway has granted and that has not run out.</summary>
/// <param name="Port">The port of ours.</param>
/// <param name="External">Where it is reached, as the gateway tells; always IPv4.</param>
/// <param name="ExpiresAt">When it ends unless it is renewed, UTC; it is renewed at half of its time.</param>
public sealed record PortMapping(PortToMap Port, IPEndPoint External, DateTimeOffset ExpiresAt)
{
    /// <summary>
    /// Whether <see cref="External"/> is an address of the open internet. False behind a second NAT (a provider's, or a router behind a
    /// router): such an address is not worth telling peers.
    /// </summary>
    public bool IsPublic => PublicAddress.IsPublic(External.Address);
}
