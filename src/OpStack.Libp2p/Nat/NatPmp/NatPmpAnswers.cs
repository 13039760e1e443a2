using System.Net;

namespace OpStack.Libp2p.Nat.NatPmp;

/// <summary>The gateway's external address.</summary>
/// <param name="Result">Its verdict; may be a number without a name.</param>
/// <param name="Epoch">Seconds since the gateway began to keep mappings.</param>
/// <param name="Address">The address; null unless the result is success.</param>
internal sealed record NatPmpAddressAnswer(NatPmpResult Result, uint Epoch, IPAddress? Address);

/// <summary>What became of a mapping.</summary>
/// <param name="Result">The gateway's verdict; may be a number without a name.</param>
/// <param name="Epoch">Seconds since the gateway began to keep mappings.</param>
/// <param name="ExternalPort">The external port; 0 unless the result is success.</param>
/// <param name="Lifetime">Of the mapping; zero unless the result is success.</param>
internal sealed record NatPmpMapAnswer(NatPmpResult Result, uint Epoch, int ExternalPort, TimeSpan Lifetime);
