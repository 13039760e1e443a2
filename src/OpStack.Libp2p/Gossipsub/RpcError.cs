namespace OpStack.Libp2p.Gossipsub;

/// <summary>Why an RPC was refused as a whole.</summary>
internal enum RpcError
{
    None,
    /// <summary>Not the protobuf it should be.</summary>
    Malformed,
    /// <summary>Longer than <see cref="RpcLimits.MaxRpc"/>.</summary>
    TooLong,
    /// <summary>Over <see cref="RpcLimits.MaxSubscriptions"/>.</summary>
    TooManySubscriptions,
    /// <summary>Over <see cref="RpcLimits.MaxPublish"/>.</summary>
    TooManyPublish,
    /// <summary>Over <see cref="RpcLimits.MaxControlBytes"/>.</summary>
    TooMuchControl,
    /// <summary>Over <see cref="RpcLimits.MaxControlEntries"/>.</summary>
    TooManyControlEntries,
}
