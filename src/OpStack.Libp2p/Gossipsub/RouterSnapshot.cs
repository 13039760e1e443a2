using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>The router's state at one moment, copied: what admin RPC and metrics read.</summary>
/// <param name="Peers">Connected peers.</param>
/// <param name="Mesh">Mesh peers of each joined topic.</param>
/// <param name="Fanout">Peers of topics published to without having joined them.</param>
/// <param name="Subscribers">Peers that subscribe to each topic.</param>
/// <param name="Backoffs">Backoffs, with what is left of each; negative for one that has ended and is not swept yet.</param>
/// <param name="Promises">Messages asked for by IWANT that have not come yet, one per request.</param>
/// <param name="DirectPeers">Direct peers, connected or not.</param>
/// <param name="Scores">Every score held, term by term, of peers gone as well.</param>
/// <param name="SeenIds">Ids in the seen cache.</param>
/// <param name="CachedMessages">Messages in the message cache.</param>
/// <param name="CachedBytes">Bytes they count.</param>
/// <param name="Validating">Messages being validated.</param>
/// <param name="Counters">What was counted since the start.</param>
public sealed record RouterSnapshot(
    IReadOnlyList<PeerSnapshot> Peers,
    IReadOnlyDictionary<string, IReadOnlyList<PeerId>> Mesh,
    IReadOnlyDictionary<string, IReadOnlyList<PeerId>> Fanout,
    IReadOnlyDictionary<string, IReadOnlyList<PeerId>> Subscribers,
    IReadOnlyList<BackoffSnapshot> Backoffs,
    IReadOnlyList<PromiseSnapshot> Promises,
    IReadOnlyList<PeerId> DirectPeers,
    IReadOnlyList<PeerScoreSnapshot> Scores,
    int SeenIds,
    int CachedMessages,
    long CachedBytes,
    int Validating,
    RouterCounters Counters)
{
    /// <summary>What waits around the router; null where it runs without a service.</summary>
    public GossipsubBacklog? Backlog { get; init; }
}

/// <summary>One connected peer.</summary>
/// <param name="Peer">Its id.</param>
/// <param name="Version">The version on our outbound stream.</param>
/// <param name="Outbound">We dialled it.</param>
/// <param name="Topics">What it subscribes to.</param>
/// <param name="Unwanted">Ids held that it does not want.</param>
/// <param name="IsDirect">It is a direct peer.</param>
/// <param name="IsGraylisted">Its score was below the graylist threshold at its last input or heartbeat.</param>
public sealed record PeerSnapshot(
    PeerId Peer, GossipsubVersion Version, bool Outbound, IReadOnlyList<string> Topics, int Unwanted, bool IsDirect, bool IsGraylisted);

/// <summary>One backoff.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Peer">The peer; need not be connected.</param>
/// <param name="Remaining">Time left.</param>
public sealed record BackoffSnapshot(string Topic, PeerId Peer, TimeSpan Remaining);

/// <summary>One promise: the peer advertised the message and we asked it for it.</summary>
/// <param name="Peer">The peer; connected.</param>
/// <param name="Topic">The topic it advertised it under.</param>
/// <param name="Id">The message.</param>
/// <param name="Remaining">Time left; negative for one that the next heartbeat counts as broken.</param>
public sealed record PromiseSnapshot(PeerId Peer, string Topic, MessageId Id, TimeSpan Remaining);
