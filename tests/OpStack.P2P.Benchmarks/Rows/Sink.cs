using System.Threading.Channels;
using OpStack.Libp2p.Noise;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>The transport of a peer that throws away what it gets and grants yamux window for it, under a key of zeros.</summary>
internal sealed class Sink : IByteStream
{
    private readonly NoiseFrameWriter _writer = new(new NoiseCipherState(new byte[NoiseLimits.KeySize]));
    private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> _answer;
    private TaskCompletionSource _received = new();
    private long _missing;
    private uint _stream;

    /// <summary>The stream was opened: the peer accepts it.</summary>
    public void Accept(uint stream)
    {
        _stream = stream;
        Answer(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, stream, 0));
    }

    /// <summary>Grants so many bytes; the task ends when they are here.</summary>
    public Task Expect(int bytes)
    {
        _received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _missing, bytes);
        Answer(new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.None, _stream, (uint)bytes));
        return _received.Task;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_answer.IsEmpty)
        {
            _answer = await _answers.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        int count = Math.Min(buffer.Length, _answer.Length);
        _answer[..count].CopyTo(buffer);
        _answer = _answer[count..];
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        long before = Volatile.Read(ref _missing);
        long left = Interlocked.Add(ref _missing, -buffer.Length);
        if (before > 0 && left <= 0)
        {
            _received.SetResult();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Abort() => _answers.Writer.TryComplete();

    public ValueTask DisposeAsync()
    {
        Abort();
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Answer(YamuxHeader header)
    {
        Span<byte> plain = stackalloc byte[YamuxHeader.Size];
        header.Write(plain);
        byte[] frame = new byte[NoiseFrameWriter.SealedLength(plain.Length)];
        _writer.TrySeal(plain, frame);
        _answers.Writer.TryWrite(frame);
    }
}
