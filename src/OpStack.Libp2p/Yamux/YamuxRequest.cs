namespace OpStack.Libp2p.Yamux;

/// <summary>What a caller asks of the connection's loop.</summary>
internal abstract record YamuxRequest
{
    /// <summary>The connection is over.</summary>
    public abstract void Fail(Libp2pException error);
}

/// <summary>Open a stream.</summary>
internal sealed record OpenRequest : YamuxRequest
{
    public TaskCompletionSource<YamuxStream> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Fail(Libp2pException error) => Result.TrySetException(error);
}

/// <summary>Measure a round trip.</summary>
internal sealed record PingRequest : YamuxRequest
{
    public TaskCompletionSource<TimeSpan> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Fail(Libp2pException error) => Result.TrySetException(error);
}
