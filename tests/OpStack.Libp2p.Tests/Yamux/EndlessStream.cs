using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>A transport that is never empty: every read ends at once, with what <paramref name="fill"/> puts in, until it is aborted.</summary>
internal sealed class EndlessStream(Func<Memory<byte>, int> fill) : IByteStream
{
    private volatile bool _aborted;
    private volatile bool _isRead;

    /// <summary>Whether something was read.</summary>
    public bool IsRead => _isRead;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _isRead = true;
        return _aborted
            ? ValueTask.FromException<int>(new Libp2pException(Libp2pError.ConnectionClosed, "aborted"))
            : new ValueTask<int>(buffer.IsEmpty ? 0 : fill(buffer));
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) => default;

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => default;

    public void Abort() => _aborted = true;

    public ValueTask DisposeAsync()
    {
        _aborted = true;
        return default;
    }
}
