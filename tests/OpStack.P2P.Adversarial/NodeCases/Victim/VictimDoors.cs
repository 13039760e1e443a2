namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>Where a victim can be reached: the first line it writes.</summary>
/// <param name="Address">Its libp2p address with /p2p.</param>
/// <param name="Record">Its node record as text.</param>
/// <param name="Rpc">Its RPC.</param>
/// <param name="ProcessId">Its process.</param>
internal sealed record VictimDoors(string Address, string Record, string Rpc, int ProcessId);
