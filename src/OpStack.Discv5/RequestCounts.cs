namespace OpStack.Discv5;

/// <summary>Requests by kind. All values only grow.</summary>
/// <param name="Ping">PING.</param>
/// <param name="FindNode">FINDNODE.</param>
/// <param name="Talk">TALKREQ.</param>
public readonly record struct RequestCounts(long Ping, long FindNode, long Talk);
