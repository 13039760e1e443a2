namespace OpStack.P2P;

/// <summary>The layout of a block message, one per topic; the topic's number is one less (op-node gossip.go).</summary>
public enum PayloadVersion
{
    /// <summary>Before Canyon: topic 0.</summary>
    V1 = 1,
    /// <summary>Canyon and Delta, with withdrawals: topic 1.</summary>
    V2 = 2,
    /// <summary>Ecotone to Holocene, with blob gas and the parent beacon block root: topic 2.</summary>
    V3 = 3,
    /// <summary>Isthmus and later, with the withdrawals root: topic 3.</summary>
    V4 = 4,
}
