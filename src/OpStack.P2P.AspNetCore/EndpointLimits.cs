namespace OpStack.P2P.AspNetCore;

/// <summary>Bounds and times of the endpoints; those of the content of RPC requests are <see cref="RpcOptions"/>.</summary>
internal static class EndpointLimits
{
    /// <summary>Requests of one endpoint under way. Own choice, that of the RPC: with its default body limit they hold at most 160 MiB, and the server as much until a body is whole.</summary>
    public const int MaxConcurrentRequests = 32;

    /// <summary>Reading a body, and writing an answer (go-ethereum rpc.DefaultHTTPTimeouts).</summary>
    public static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The most it may be set to. Own choice.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>Between two snapshots of the node for the dashboard, whatever the number of viewers. Own choice.</summary>
    public static readonly TimeSpan SnapshotInterval = TimeSpan.FromSeconds(1);

    /// <summary>Taking one snapshot. Own choice: the parts answer within milliseconds, or they hang.</summary>
    public static readonly TimeSpan SnapshotTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Peers in a snapshot; mesh peers come first. Own choice: above op-node's peers.hi of 30 many times over.</summary>
    public const int MaxSnapshotPeers = 200;

    /// <summary>Bans in a snapshot, those that end first. Own choice.</summary>
    public const int MaxSnapshotBans = 100;

    /// <summary>Blocks in a snapshot, the last ones. Own choice: four minutes of blocks every two seconds.</summary>
    public const int MaxSnapshotBlocks = 120;

    /// <summary>Topics and protocols in a snapshot. Own choice: a node has 4 and about 8.</summary>
    public const int MaxSnapshotNames = 32;

    /// <summary>Bytes of an answer given to the server at a time. Own choice: what Kestrel holds of one before it waits for its client.</summary>
    public const int WritePiece = 64 * 1024;

    /// <summary>Nodes per bucket of the discovery table: Kademlia's k, a constant of discv5.</summary>
    public const int BucketSize = 16;

    /// <summary>Buckets in a snapshot, the farthest ones: nearer ones stay empty in any network that exists.</summary>
    public const int MaxSnapshotBuckets = 20;
}
