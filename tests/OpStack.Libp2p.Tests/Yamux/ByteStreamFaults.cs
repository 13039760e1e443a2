using System.Buffers;
using OpStack.Libp2p.Transport;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>An array pool that knows what is out, and refuses to take anything back twice.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly HashSet<byte[]> _rented = new(ReferenceEqualityComparer.Instance);

    public int Outstanding
    {
        get
        {
            lock (_rented)
            {
                return _rented.Count;
            }
        }
    }

    public long OutstandingBytes
    {
        get
        {
            lock (_rented)
            {
                return _rented.Sum(a => (long)a.Length);
            }
        }
    }

    public bool ReturnedForeign { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        byte[] array = Shared.Rent(minimumLength);
        lock (_rented)
        {
            _rented.Add(array);
        }

        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_rented)
        {
            ReturnedForeign |= !_rented.Remove(array);
        }

        array.AsSpan().Fill(0xDD);
        Shared.Return(array);
    }
}

/// <summary>A stream that cuts every read and write at random sizes and sometimes yields, seeded.</summary>
internal sealed class ChoppedStream(IByteStream inner, int seed) : IByteStream
{
    private readonly Random _reads = new(seed);
    private readonly Random _writes = new(seed + 1);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int size = _reads.Next(8) == 0 ? _reads.Next(1, 16) : _reads.Next(1, 70_000);
        if (_reads.Next(16) == 0)
        {
            await Task.Yield();
        }

        return await inner.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int size = Math.Min(buffer.Length, _writes.Next(1, 40_000));
            await inner.WriteAsync(buffer[..size], cancellationToken);
            buffer = buffer[size..];
        }
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => inner.CloseWriteAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
