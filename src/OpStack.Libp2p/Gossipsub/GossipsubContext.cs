using Microsoft.Extensions.Logging;
using OpStack.Libp2p.Connections;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What every part of the service uses.</summary>
internal sealed record GossipsubContext(IProtocolHost Host, TimeProvider Time, ILogger Logger, GossipsubCounters Counters);
