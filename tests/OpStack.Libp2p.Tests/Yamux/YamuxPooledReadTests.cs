using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Tests.Transport;
using OpStack.Libp2p.Transport;
using OpStack.Libp2p.Yamux;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>
/// The reads below the muxer are pooled. Between the moment when one counts as completed and the call of its continuation the loop may run for
/// another reason; a result taken there ended the process: "An unexpected state object was encountered".
/// </summary>
public sealed class YamuxPooledReadTests
{
    [Fact]
    public async Task A_read_is_not_taken_before_its_continuation_was_called()
    {
        PooledRead transport = new();
        await using YamuxConnection connection = YamuxConnection.Start(
            transport, isInitiator: true, YamuxOptions.Default, TimeProvider.System, NullLogger.Instance);
        await Until.TrueAsync(() => transport.IsAwaited);

        transport.Complete();
        for (int i = 0; i < 3; i++)
        {
            await connection.OpenStreamAsync(StreamReading.HangGuard); // Wakes the loop, which looks at the read.
        }

        Assert.Equal(0, transport.Taken);
        transport.Continue();
        await Until.TrueAsync(() => transport.Taken == 1);
        connection.Abort();
    }

    /// <summary>A transport whose first read is completed in two steps; the next one ends with it.</summary>
    private sealed class PooledRead : IByteStream, IValueTaskSource<int>
    {
        private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action<object?>? _continuation;
        private object? _state;
        private int _reads;
        private int _taken;
        private volatile bool _isCompleted;

        public bool IsAwaited => Volatile.Read(ref _continuation) is not null;

        public int Taken => Volatile.Read(ref _taken);

        public void Complete() => _isCompleted = true;

        public void Continue() => _continuation!(_state);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _reads) == 1 ? new ValueTask<int>(this, 0) : new ValueTask<int>(_end.Task);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) => default;

        public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => default;

        public void Abort() => _end.TrySetResult(0);

        public ValueTask DisposeAsync()
        {
            Abort();
            return default;
        }

        int IValueTaskSource<int>.GetResult(short token)
        {
            Interlocked.Increment(ref _taken);
            return 0;
        }

        ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) =>
            _isCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _state = state;
            Volatile.Write(ref _continuation, continuation);
        }
    }
}
