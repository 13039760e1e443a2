using System.Net;

namespace OpStack.Discv5.Routing;

/// <summary>A node of the table as it stood when a snapshot was taken.</summary>
/// <param name="Record">Its newest record.</param>
/// <param name="Endpoint">Where it is contacted.</param>
/// <param name="IsLive">Whether it has answered a PING there.</param>
/// <param name="Checks">PINGs answered; divided by 3 for each that was not.</param>
/// <param name="AddedAt">When it came into its bucket.</param>
/// <param name="LastSeen">When it last answered a PING; null if never.</param>
internal sealed record TableNode<TRecord>(
    TRecord Record, IPEndPoint Endpoint, bool IsLive, int Checks, TimeSpan AddedAt, TimeSpan? LastSeen)
    where TRecord : class, INodeRecord;
