namespace OpStack.P2P.Metrics;

/// <summary>How an RPC call ended.</summary>
internal enum RpcOutcome
{
    /// <summary>With a result.</summary>
    Succeeded,

    /// <summary>It is no JSON-RPC request, or over a limit.</summary>
    InvalidRequest,

    /// <summary>There is no such method.</summary>
    MethodNotFound,

    /// <summary>Its parameters are wrong.</summary>
    InvalidParams,

    /// <summary>The method is switched off.</summary>
    Forbidden,

    /// <summary>It could not be done: by us, or by the peer it was about.</summary>
    Failed,

    /// <summary>The caller gave up.</summary>
    Cancelled,
}
