using OpStack.P2P.Metrics;

namespace OpStack.P2P.Rpc;

/// <summary>An error of JSON-RPC as it is answered: codes and texts are those of go-ethereum's server (rpc/errors.go), which op-node runs.</summary>
internal readonly record struct RpcFault(int Code, string Message)
{
    /// <summary>As what it is counted.</summary>
    public RpcOutcome Outcome => Code switch
    {
        -32700 or -32600 => RpcOutcome.InvalidRequest,
        -32601 => RpcOutcome.MethodNotFound,
        -32602 => RpcOutcome.InvalidParams,
        _ => this == InvalidRequest ? RpcOutcome.InvalidParams : RpcOutcome.Failed,
    };

    /// <summary>The body is no JSON, or nested too deep.</summary>
    public static readonly RpcFault Parse = new(-32700, "parse error");

    /// <summary>The JSON is no call.</summary>
    public static readonly RpcFault InvalidCall = new(-32600, "invalid request");

    /// <summary>A batch without calls.</summary>
    public static readonly RpcFault EmptyBatch = new(-32600, "empty batch");

    /// <summary>A batch of more calls than are allowed.</summary>
    public static readonly RpcFault BatchTooLarge = new(-32600, "batch too large");

    /// <summary>Parameters by name, or no parameters at all but a number or a text.</summary>
    public static readonly RpcFault NotPositional = new(-32602, "non-array args");

    /// <summary>What op-node answers to an argument that is there and empty (p2p/rpc_server.go ErrInvalidRequest).</summary>
    public static readonly RpcFault InvalidRequest = Failed("invalid request");

    /// <summary>op-node's ErrDisabledDiscovery.</summary>
    public static readonly RpcFault DiscoveryDisabled = Failed("discovery disabled");

    /// <summary>A fault of ours; what it was is in the log alone.</summary>
    public static readonly RpcFault Internal = new(-32603, "internal error");

    /// <summary>The time for the body ran out.</summary>
    public static readonly RpcFault TimedOut = new(-32002, "request timed out");

    /// <summary>The answer is longer than allowed.</summary>
    public static readonly RpcFault ResponseTooLarge = new(-32003, "response too large");

    /// <summary>More bodies are being worked on than are allowed (EIP-1474: limit exceeded).</summary>
    public static readonly RpcFault TooManyRequests = new(-32005, "too many requests");

    /// <summary>There is no such method, or it is switched off: nobody is told which.</summary>
    public static RpcFault UnknownMethod(string method) => new(-32601, $"the method {method} does not exist/is not available");

    /// <summary>An argument cannot be read.</summary>
    public static RpcFault InvalidArgument(int index, string reason) => new(-32602, $"invalid argument {index}: {reason}");

    /// <summary>An argument is not there.</summary>
    public static RpcFault MissingArgument(int index) => new(-32602, $"missing value for required argument {index}");

    /// <summary>There are more arguments than the method has.</summary>
    public static RpcFault TooManyArguments(int most) => new(-32602, $"too many arguments, want at most {most}");

    /// <summary>The body is longer than allowed.</summary>
    public static RpcFault BodyTooLarge(int length, int limit) => new(-32600, $"content length too large ({length}>{limit})");

    /// <summary>What the node could not do; Go's code for an error without one.</summary>
    public static RpcFault Failed(string message) => new(-32000, message);
}
