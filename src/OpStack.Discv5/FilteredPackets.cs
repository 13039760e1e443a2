namespace OpStack.Discv5;

/// <summary>Datagrams that the filter dropped, by reason. All values only grow.</summary>
/// <param name="NotAllowed">Their source is outside the allowed networks.</param>
/// <param name="BannedAddress">Their source address is banned.</param>
/// <param name="BannedNode">The node they claim to come from is banned.</param>
/// <param name="AddressRate">Their source address is over its rate.</param>
/// <param name="NodeRate">The node they claim to come from is over its rate at its address.</param>
/// <param name="ReadBudget">The budget of bytes for everybody together is spent.</param>
/// <param name="ChallengeRate">They could not be read, and the WHOAREYOUs for everybody together are spent.</param>
public readonly record struct FilteredPackets(
    long NotAllowed, long BannedAddress, long BannedNode, long AddressRate, long NodeRate, long ReadBudget, long ChallengeRate);
