using System.Net;

namespace OpStack.Discv5.Routing;

/// <summary>A node to PING, and where: handed back with the outcome, as the node may have moved meanwhile.</summary>
internal readonly record struct PingTarget<TRecord>(TRecord Record, IPEndPoint Endpoint)
    where TRecord : class, INodeRecord;
