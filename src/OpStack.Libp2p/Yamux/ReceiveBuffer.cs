using System.Buffers;

namespace OpStack.Libp2p.Yamux;

/// <summary>
/// Bytes received and not read yet, in rented segments. Every segment but the last is full, so tiny frames cost what they weigh. Not thread-safe.
/// </summary>
internal sealed class ReceiveBuffer(ArrayPool<byte> pool)
{
    private readonly Queue<byte[]> _segments = new(capacity: 0);
    private byte[] _last = [];
    private int _lastEnd;
    private int _firstStart;

    /// <summary>Bytes held.</summary>
    public int Length { get; private set; }

    /// <summary>Copies <paramref name="bytes"/> to the end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_lastEnd == _last.Length)
            {
                // Sized by what has arrived, never by what a header announces.
                _last = pool.Rent(Math.Clamp(Math.Max(bytes.Length, Length), YamuxLimits.MinSegment, YamuxLimits.MaxSegment));
                _lastEnd = 0;
                _segments.Enqueue(_last);
            }

            int count = Math.Min(bytes.Length, _last.Length - _lastEnd);
            bytes[..count].CopyTo(_last.AsSpan(_lastEnd));
            bytes = bytes[count..];
            _lastEnd += count;
            Length += count;
        }
    }

    /// <summary>Moves up to <paramref name="destination"/>.Length bytes out of the front.</summary>
    public int Read(Span<byte> destination)
    {
        int total = 0;
        while (total < destination.Length && Length > 0)
        {
            byte[] first = _segments.Peek();
            int end = ReferenceEquals(first, _last) ? _lastEnd : first.Length;
            int count = Math.Min(destination.Length - total, end - _firstStart);
            first.AsSpan(_firstStart, count).CopyTo(destination[total..]);
            total += count;
            Length -= count;
            _firstStart += count;
            if (_firstStart == end)
            {
                ReturnFirst();
            }
        }

        return total;
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        Length = 0;
        while (_segments.Count > 0)
        {
            ReturnFirst();
        }
    }

    private void ReturnFirst()
    {
        byte[] first = _segments.Dequeue();
        _firstStart = 0;
        if (_segments.Count == 0)
        {
            _last = [];
            _lastEnd = 0;
        }

        pool.Return(first);
    }
}
