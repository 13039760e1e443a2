using OpStack.P2P.Peers;
using OpStack.P2P.Rpc;

namespace OpStack.P2P;

/// <summary>What the RPC of a <see cref="Network"/> offers, and how much of it at once.</summary>
public sealed record RpcOptions
{
    /// <summary>
    /// Whether methods that change something are there: block, unblock, protect, unprotect, connect and disconnect. Default true, as in
    /// op-node. Without, they are as unknown as any other name.
    /// </summary>
    public bool AllowMutations { get; init; } = true;

    /// <summary>Whether admin_postUnsafePayload is there (op-node --rpc.enable-admin). Default false.</summary>
    public bool AllowAdmin { get; init; }

    /// <summary>Longest body in bytes: 1 KiB to 32 MiB. Default 5 MiB; the JSON of a block has twice its bytes.</summary>
    public int MaxBodyBytes { get; init; } = RpcLimits.DefaultMaxBody;

    /// <summary>Deepest nesting of a body: 8 to 64. Default 32.</summary>
    public int MaxDepth { get; init; } = RpcLimits.DefaultMaxDepth;

    /// <summary>Most calls in a batch: 1 to 10,000. Default 1,000.</summary>
    public int MaxBatch { get; init; } = RpcLimits.DefaultMaxBatch;

    /// <summary>Longest answer in bytes, of a whole batch: 64 KiB to 256 MiB. Default 25 MB. Calls whose result does not fit get an error.</summary>
    public int MaxResponseBytes { get; init; } = RpcLimits.DefaultMaxResponse;

    /// <summary>Most bodies worked on at once: 1 to 1,024. Default 32. One more is refused at once.</summary>
    public int MaxConcurrent { get; init; } = RpcLimits.DefaultMaxConcurrent;

    /// <summary>For one body, a whole batch: 10 ms to a day. Default 60 s. Calls that are not done by then get an error.</summary>
    public TimeSpan Timeout { get; init; } = RpcLimits.DefaultTimeout;

    /// <summary>Throws <see cref="ArgumentException"/> that names the first setting that is out of range.</summary>
    public void Validate()
    {
        Require(MaxBodyBytes is >= 1024 and <= RpcLimits.LargestMaxBody, nameof(MaxBodyBytes), "1 KiB to 32 MiB");
        Require(MaxDepth is >= 8 and <= 64, nameof(MaxDepth), "8 to 64");
        Require(MaxBatch is >= 1 and <= 10_000, nameof(MaxBatch), "1 to 10,000");
        Require(MaxResponseBytes is >= 1 << 16 and <= 1 << 28, nameof(MaxResponseBytes), "64 KiB to 256 MiB");
        Require(MaxConcurrent is >= 1 and <= 1024, nameof(MaxConcurrent), "1 to 1,024");
        PeerSettings.RequireInterval(Timeout, nameof(RpcOptions), nameof(Timeout));
    }

    private static void Require(bool holds, string name, string range) => PeerSettings.Require(holds, nameof(RpcOptions), name, range);
}
