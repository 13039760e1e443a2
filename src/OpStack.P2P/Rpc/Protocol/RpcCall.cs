namespace OpStack.P2P.Rpc.Protocol;

/// <summary>One call of a body. Id and parameters are slices of it.</summary>
/// <param name="Id">The id as it is in JSON; empty for a notification, and for a call whose id cannot be used.</param>
/// <param name="Method">The method; "" for what is no call.</param>
/// <param name="Parameters">The parameters as they are in JSON; empty without any.</param>
internal sealed record RpcCall(ReadOnlyMemory<byte> Id, string Method, ReadOnlyMemory<byte> Parameters)
{
    /// <summary>Whether it is a call; otherwise <see cref="RpcFault.InvalidCall"/> is its answer.</summary>
    public bool IsValid => Method.Length > 0;

    /// <summary>A call that wants no answer.</summary>
    public bool IsNotification => IsValid && Id.IsEmpty;
}

/// <summary>What a body holds.</summary>
/// <param name="Calls">The calls; one unless it is a batch.</param>
/// <param name="IsBatch">Whether they came as an array, as which they are answered.</param>
internal sealed record RpcBody(IReadOnlyList<RpcCall> Calls, bool IsBatch);
