namespace OpStack.P2P.Rpc;

/// <summary>Bounds and times of the RPC.</summary>
internal static class RpcLimits
{
    /// <summary>Default of the longest body in bytes (go-ethereum rpc/http.go: 5 MiB).</summary>
    public const int DefaultMaxBody = 5 << 20;

    /// <summary>Longest body that may be set. Own choice: the JSON of a block of 10 MiB has twice that in digits, and room for the rest.</summary>
    public const int LargestMaxBody = 32 << 20;

    /// <summary>Default of the deepest nesting. Own choice: a withdrawal in a payload in a batch lies 7 deep.</summary>
    public const int DefaultMaxDepth = 32;

    /// <summary>Default of the most calls in a batch (go-ethereum --rpc.batch-request-limit).</summary>
    public const int DefaultMaxBatch = 1000;

    /// <summary>Default of the longest answer in bytes (go-ethereum --rpc.batch-response-max-size).</summary>
    public const int DefaultMaxResponse = 25_000_000;

    /// <summary>Longest buffer of an answer that comes out of the array pool, in bytes. Own choice: a power of two, as the pool's arrays are.</summary>
    public const int MaxPooledAnswer = 64 * 1024;

    /// <summary>Default of the most bodies worked on at once. Own choice.</summary>
    public const int DefaultMaxConcurrent = 32;

    /// <summary>Longest name of a method in bytes. Own choice: the longest we have has 24.</summary>
    public const int MaxMethodName = 64;

    /// <summary>Longest id of a call in bytes. Own choice: clients count, or use a UUID.</summary>
    public const int MaxId = 256;

    /// <summary>Longest text in a parameter in bytes, but for payloads. Own choice: a multiaddress with the longest host name has less than 400.</summary>
    public const int MaxText = 1024;

    /// <summary>Deepest nesting of a result that is read. The deepest there is, <c>opp2p_explainScore</c>, has 5.</summary>
    public const int MaxResultDepth = 16;

    /// <summary>Longest text of a server's error that is kept, in characters. Own choice.</summary>
    public const int MaxErrorText = 1024;

    /// <summary>Default of the time for one body. Own choice: <see cref="ConnectTimeout"/> and room for the rest of a batch.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>For one call of a client over HTTP. Own choice: a little more than a server takes at most.</summary>
    public static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(70);

    /// <summary>For opp2p_connectPeer, identify included (op-node rpc_server.go).</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>For opp2p_disconnectPeer. Own choice: twice the five seconds that a muxer takes at most to say goodbye, and a little.</summary>
    public static readonly TimeSpan DisconnectTimeout = TimeSpan.FromSeconds(12);
}
