using System.Buffers;
using System.Text.Json;

namespace OpStack.P2P.Rpc.Protocol;

/// <summary>
/// The answer to one body as it grows: each call's is written whole or, when it does not fit any more, given up and written as an error.
/// </summary>
internal sealed class RpcAnswer : IDisposable
{
    private readonly BoundedBuffer _buffer;
    private readonly Utf8JsonWriter _json;
    private readonly bool _isBatch;
    private int _answers;

    /// <param name="isBatch">Whether answers stand in an array.</param>
    /// <param name="limit">Bytes of results; errors are short and come on top.</param>
    public RpcAnswer(bool isBatch, int limit)
    {
        _buffer = new BoundedBuffer(limit);
        _json = new Utf8JsonWriter(_buffer);
        _isBatch = isBatch;
    }

    /// <summary>No result fits any more.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Adds a result; false when it does not fit. Then, and when <paramref name="write"/> throws, nothing of it is left.</summary>
    public bool TryAddResult(ReadOnlyMemory<byte> id, Action<Utf8JsonWriter> write)
    {
        int before = _buffer.Length;
        try
        {
            Begin(id);
            _json.WritePropertyName("result"u8);
            write(_json);
            End();
            return true;
        }
        catch (Exception e)
        {
            _json.Reset(_buffer);
            _buffer.Length = before;
            if (e is not BufferFullException)
            {
                throw;
            }

            IsFull = true;
            return false;
        }
    }

    /// <summary>Adds an error.</summary>
    public void AddError(ReadOnlyMemory<byte> id, RpcFault fault)
    {
        _buffer.IsBounded = false;
        Begin(id);
        _json.WriteStartObject("error"u8);
        _json.WriteNumber("code"u8, fault.Code);
        _json.WriteString("message"u8, fault.Message);
        _json.WriteEndObject();
        End();
        _buffer.IsBounded = true;
    }

    /// <summary>The answer; null when nothing was to be answered.</summary>
    public byte[]? ToBytes()
    {
        if (_answers == 0)
        {
            return null;
        }

        if (_isBatch)
        {
            _buffer.IsBounded = false;
            _buffer.Write("]"u8);
        }

        return _buffer.ToArray();
    }

    public void Dispose()
    {
        _json.Dispose();
        _buffer.Dispose();
    }

    private void Begin(ReadOnlyMemory<byte> id)
    {
        if (_isBatch)
        {
            _buffer.Write(_answers == 0 ? "["u8 : ","u8);
        }

        _json.WriteStartObject();
        _json.WriteString("jsonrpc"u8, "2.0"u8);
        _json.WritePropertyName("id"u8);
        _json.WriteRawValue(id.IsEmpty ? "null"u8 : id.Span, skipInputValidation: true); // It was read as one value of JSON.
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset(_buffer);
        _answers++;
    }

    /// <summary>A buffer that grows up to a limit; out of the pool while it is short, since the pool keeps what it has been given.</summary>
    private sealed class BoundedBuffer(int limit) : IBufferWriter<byte>, IDisposable
    {
        private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1_024);
        private int _length;

        public bool IsBounded { get; set; } = true;

        public int Length
        {
            get => _length;
            set => _length = value;
        }

        public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

        public void Write(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(GetSpan(bytes.Length));
            Advance(bytes.Length);
        }

        public void Advance(int count)
        {
            if (IsBounded && _length + (long)count > limit)
            {
                throw new BufferFullException();
            }

            _length += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            int needed = checked(_length + Math.Max(sizeHint, 1));
            if (needed > _bytes.Length)
            {
                int length = Math.Max(needed, (int)Math.Min(Array.MaxLength, 2L * _bytes.Length));
                byte[] larger = length <= RpcLimits.MaxPooledAnswer ? ArrayPool<byte>.Shared.Rent(length) : new byte[length];
                _bytes.AsSpan(0, _length).CopyTo(larger);
                Dispose();
                _bytes = larger;
            }

            return _bytes.AsMemory(_length);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        /// <summary>Once, at the end.</summary>
        public void Dispose()
        {
            if (_bytes.Length <= RpcLimits.MaxPooledAnswer)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = [];
        }
    }

    private sealed class BufferFullException : Exception;
}
