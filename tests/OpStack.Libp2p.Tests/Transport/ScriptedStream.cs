using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>A remote that says fixed bytes and then ends; what is written to it is kept, write by write.</summary>
internal sealed class ScriptedStream(byte[] script, int maxRead = int.MaxValue) : IByteStream
{
    private int _position;

    public List<byte[]> Writes { get; } = [];

    public byte[] Written => [.. Writes.SelectMany(w => w)];

    public int Unread => script.Length - _position;

    public bool IsAborted { get; private set; }

    public bool IsWriteClosed { get; private set; }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = Math.Min(Math.Min(buffer.Length, maxRead), Unread);
        script.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return ValueTask.FromResult(count);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAborted)
        {
            throw new Libp2pException(Libp2pError.ConnectionClosed, "aborted");
        }

        Writes.Add(buffer.ToArray());
        return ValueTask.CompletedTask;
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        IsWriteClosed = true;
        return ValueTask.CompletedTask;
    }

    public void Abort() => IsAborted = true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
