using System.Net;

namespace OpStack.Libp2p.Nat.Pcp;

/// <summary>What a PCP server says to a MAP request.</summary>
/// <param name="Result">Its verdict; may be a number without a name.</param>
/// <param name="Lifetime">Of the mapping; of the error when the result is one.</param>
/// <param name="Epoch">Seconds since the server began to keep mappings.</param>
/// <param name="External">Where we are reached; null unless the result is success.</param>
internal sealed record PcpMapAnswer(PcpResult Result, TimeSpan Lifetime, uint Epoch, IPEndPoint? External);
