namespace OpStack.Libp2p.Transport;

/// <summary>
/// A reliable, ordered, two-way stream of bytes: a TCP connection, a noise connection or a yamux stream.
/// One reader and one writer at a time; reading and writing may overlap. A dead stream throws
/// <see cref="Libp2pException"/> (<see cref="Libp2pError.ConnectionClosed"/> or <see cref="Libp2pError.StreamReset"/>).
/// </summary>
public interface IByteStream : IAsyncDisposable
{
    /// <summary>
    /// Reads at least one byte, or returns 0 once the remote has closed its writing side. With an empty buffer it waits until one of the two
    /// can be had and returns 0, so that nothing need be rented for an idle stream.
    /// </summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all bytes; returns when the caller may reuse the buffer. Slow peers push back here.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Ends our writing side after all bytes written so far; reading goes on. Idempotent.</summary>
    ValueTask CloseWriteAsync(CancellationToken cancellationToken);

    /// <summary>Ends both directions at once; pending reads and writes throw. Never blocks, never throws, idempotent.</summary>
    void Abort();
}
