using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>A transport that writes in place where it finds as much room around the bytes as noise needs, and keeps what it was asked for.</summary>
internal sealed class InPlaceStream(IByteStream inner, int before, int after) : IByteStream, IInPlaceWriter
{
    private readonly Lock _gate = new();
    private readonly List<int> _inPlace = [];
    private readonly List<int> _plain = [];

    /// <summary>Bytes of each write that came in place.</summary>
    public int[] InPlace
    {
        get
        {
            lock (_gate)
            {
                return [.. _inPlace];
            }
        }
    }

    /// <summary>Bytes of each that was to be copied.</summary>
    public int[] Plain
    {
        get
        {
            lock (_gate)
            {
                return [.. _plain];
            }
        }
    }

    public bool HasRoom(byte[] array, int start, int length) => start >= before && array.Length - start - length >= after;

    public async ValueTask WriteInPlaceAsync(byte[] array, int start, int length, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _inPlace.Add(length);
        }

        await inner.WriteAsync(array.AsMemory(start, length), cancellationToken);

        // As sealing does: nobody may read them again.
        array.AsSpan(start - before, before + length + after).Fill(0xEE);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _plain.Add(buffer.Length);
        }

        return inner.WriteAsync(buffer, cancellationToken);
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => inner.ReadAsync(buffer, cancellationToken);

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
