using OpStack.P2P.Rpc;

namespace OpStack.P2P;

/// <summary>Why a call of <see cref="OpP2PClient"/> came to nothing.</summary>
public enum OpP2PRpcError
{
    /// <summary>The server answered with an error of JSON-RPC: <see cref="OpP2PRpcException.Code"/> and the message are the server's.</summary>
    Refused,

    /// <summary>The server could not be reached, or answered with a failure of HTTP.</summary>
    Unreachable,

    /// <summary>The server did not answer in time.</summary>
    Timeout,

    /// <summary>What the server answered is not what was asked for, or too much.</summary>
    BadAnswer,
}

/// <summary>A call of the RPC failed. Messages name no keys and no users of a URL.</summary>
public sealed class OpP2PRpcException : OpStackP2PException
{
    internal OpP2PRpcException(OpP2PRpcError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>Why.</summary>
    public OpP2PRpcError Error { get; }

    /// <summary>
    /// The code of the server's error, 0 unless <see cref="Error"/> is Refused: -32602 for wrong parameters, -32601 for a method that is not
    /// there or switched off, -32000 for what the node could not do.
    /// </summary>
    public int Code { get; init; }

    /// <summary>An error to answer with.</summary>
    internal static OpP2PRpcException Refuse(RpcFault fault) => new(OpP2PRpcError.Refused, fault.Message) { Code = fault.Code };
}
