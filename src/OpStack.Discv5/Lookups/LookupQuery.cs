namespace OpStack.Discv5.Lookups;

/// <summary>A FINDNODE to send.</summary>
/// <param name="Record">The node to ask.</param>
/// <param name="Distances">What to ask it for, one to three distances.</param>
internal readonly record struct LookupQuery<TRecord>(TRecord Record, int[] Distances)
    where TRecord : class, INodeRecord;
