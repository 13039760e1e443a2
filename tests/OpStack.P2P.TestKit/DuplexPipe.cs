using System.IO.Pipelines;
using OpStack.Libp2p;
using OpStack.Libp2p.Transport;

namespace OpStack.P2P.TestKit;

/// <summary>Two ends of an in-memory connection: what one writes the other reads. Bounded, so that a reader who stops pushes back.</summary>
public sealed class DuplexPipe : IByteStream
{
    private readonly Pipe _inbound;
    private readonly Pipe _outbound;
    private readonly CancellationTokenSource _aborted;

    private DuplexPipe(Pipe inbound, Pipe outbound, CancellationTokenSource aborted)
    {
        _inbound = inbound;
        _outbound = outbound;
        _aborted = aborted;
    }

    public static (DuplexPipe A, DuplexPipe B) Create(int capacity = 65536)
    {
        PipeOptions options = new(pauseWriterThreshold: capacity, resumeWriterThreshold: capacity / 2, useSynchronizationContext: false);
        Pipe ab = new(options), ba = new(options);
        CancellationTokenSource aborted = new();
        return (new DuplexPipe(ba, ab, aborted), new DuplexPipe(ab, ba, aborted));
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _aborted.Token);
        try
        {
            // What was written before an abort is read all the same, so that a test sees the last words of who aborts.
            ReadResult result = _inbound.Reader.TryRead(out ReadResult there) ? there : await _inbound.Reader.ReadAsync(linked.Token);
            int n = (int)Math.Min(buffer.Length, result.Buffer.Length);
            System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, n), buffer.Span);
            _inbound.Reader.AdvanceTo(result.Buffer.GetPosition(n));
            return n;
        }
        catch (Exception e) when (_aborted.IsCancellationRequested && e is OperationCanceledException or InvalidOperationException)
        {
            throw new Libp2pException(Libp2pError.ConnectionClosed, "aborted", e);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _aborted.Token);
        try
        {
            linked.Token.ThrowIfCancellationRequested();
            FlushResult result = await _outbound.Writer.WriteAsync(buffer, linked.Token);
            if (result.IsCompleted)
            {
                throw new Libp2pException(Libp2pError.ConnectionClosed, "the other end is gone");
            }
        }
        catch (Exception e) when (_aborted.IsCancellationRequested && e is OperationCanceledException or InvalidOperationException)
        {
            throw new Libp2pException(Libp2pError.ConnectionClosed, "aborted", e);
        }
    }

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        _outbound.Writer.Complete();
        return ValueTask.CompletedTask;
    }

    public void Abort() => _aborted.Cancel();

    public ValueTask DisposeAsync()
    {
        Abort();
        return ValueTask.CompletedTask;
    }
}
