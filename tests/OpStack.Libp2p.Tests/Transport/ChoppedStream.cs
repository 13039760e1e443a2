using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Transport;

/// <summary>Gives reads of random sizes, up to a maximum, of another stream.</summary>
internal sealed class ChoppedStream(IByteStream inner, int maxRead, int seed) : IByteStream
{
    private readonly Random _random = new(seed);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer[..Math.Min(buffer.Length, _random.Next(1, maxRead + 1))], cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) => inner.WriteAsync(buffer, cancellationToken);

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
