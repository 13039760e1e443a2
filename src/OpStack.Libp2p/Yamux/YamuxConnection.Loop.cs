using System.Runtime.CompilerServices;

namespace OpStack.Libp2p.Yamux;

internal sealed partial class YamuxConnection
{
    private readonly Dictionary<uint, YamuxStream> _streams = [];
    private readonly Action _onRead;
    private byte[] _readBuffer = [];
    private int _readSize = YamuxLimits.SmallRead;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _read;
    private bool _reading;
    private bool _readCame;
    private int _inputStart;
    private int _inputEnd;
    private TimeSpan _armedFor = Timeout.InfiniteTimeSpan;

    private async Task RunAsync()
    {
        Task writer = RunWriterAsync();
        try
        {
            _session.Start(Now);
            SendControl();
            while (CloseReason is null)
            {
                TakePosted();
                TakeRequests();
                bool more = TakeInput();
                CheckDeadline();
                if (!more && CloseReason is null)
                {
                    await _wake.WaitAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            _logger.InternalError(e);
            TryEnd(new YamuxEnd(YamuxCloseReason.InternalError, YamuxGoAwayCode.InternalError, Cause: e));
        }

        try
        {
            await ShutDownAsync(_end!, writer).ConfigureAwait(false);
        }
        finally
        {
            _completion.SetResult();
        }
    }

    /// <summary>Handles what has arrived; true if there may be more at once.</summary>
    private bool TakeInput()
    {
        if (_inputStart < _inputEnd)
        {
            return TakeFrames();
        }

        try
        {
            if (!TryRead(out int count))
            {
                return false;
            }

            if (count == 0)
            {
                TryEnd(new YamuxEnd(YamuxCloseReason.ClosedByPeer));
                return false;
            }

            Volatile.Write(ref _bytesReceived, _bytesReceived + count);
            _inputEnd = count;
        }
        catch (Exception e)
        {
            TryEnd(new YamuxEnd(YamuxCloseReason.TransportFailed, Cause: e));
            return false;
        }

        return TakeFrames();
    }

    /// <summary>Begins a read, or takes the result of the one under way; false while there is none, and then its end wakes the loop.</summary>
    private bool TryRead(out int count)
    {
        count = 0;
        if (!_reading)
        {
            // A peer may rest for hours: a buffer is rented once there is something to put in.
            ReturnReadBuffer();
            BeginRead(Memory<byte>.Empty);
        }

        if (_readBuffer.Length == 0 && TryEndRead(out _))
        {
            _readBuffer = _options.Pool.Rent(_readSize);
            BeginRead(_readBuffer.AsMemory(0, _readSize));
        }

        if (_readBuffer.Length == 0 || !TryEndRead(out count))
        {
            return false;
        }

        // A read while little arrives is a small one.
        bool much = count >= (_readSize == YamuxLimits.LargeRead ? YamuxLimits.LargeRead / 2 : YamuxLimits.SmallRead);
        _readSize = much ? YamuxLimits.LargeRead : YamuxLimits.SmallRead;
        return true;
    }

    /// <summary>Stops where a full outbox says so: the drained callback wakes the loop again.</summary>
    private bool TakeFrames()
    {
        TimeSpan now = Now;
        ReadOnlySpan<byte> input = _readBuffer.AsSpan(_inputStart, _inputEnd - _inputStart);
        bool full;
        while (!(full = _outbox.IsFull) && _session.TryReceive(ref input, now, out YamuxEvent e))
        {
            Handle(e);
            SendControl();
        }

        SendControl();
        _inputStart = _inputEnd - input.Length;
        Volatile.Write(ref _heldUp, full);
        return !full;
    }

    private void BeginRead(Memory<byte> buffer)
    {
        _inputStart = _inputEnd = 0;
        _read = _inner.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false).GetAwaiter();
        _reading = true;

        // Once a continuation is registered only its call says that the result may be taken, whatever the awaiter says: what is behind it
        // is pooled, and whoever takes the result a moment earlier gives it to the next read while it still has our continuation to call.
        _readCame = _read.IsCompleted;
        if (!_readCame)
        {
            _read.UnsafeOnCompleted(_onRead);
        }
    }

    private void OnRead()
    {
        Volatile.Write(ref _readCame, true);
        _wake.Set();
    }

    private bool TryEndRead(out int count)
    {
        count = 0;
        if (!Volatile.Read(ref _readCame))
        {
            return false;
        }

        _reading = false;
        count = _read.GetResult();
        return true;
    }

    private void ReturnReadBuffer()
    {
        if (_readBuffer.Length > 0)
        {
            _options.Pool.Return(_readBuffer);
            _readBuffer = [];
        }
    }

    private void OnDeadline()
    {
        Volatile.Write(ref _deadlineCame, true);
        _wake.Set();
    }

    private void CheckDeadline()
    {
        if (!_session.Advance(Now))
        {
            TryEnd(new YamuxEnd(YamuxCloseReason.KeepAliveTimeout));
            return;
        }

        SendControl();
        if (_armedFor != _session.NextDeadline || Volatile.Read(ref _deadlineCame))
        {
            // Armed again even for the same deadline: a timer may fire a little early.
            Volatile.Write(ref _deadlineCame, false);
            _armedFor = _session.NextDeadline;
            TimeSpan wait = _armedFor - Now;
            _deadline.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void SendControl()
    {
        while (_session.TryDequeue(out YamuxHeader frame))
        {
            _outbox.Enqueue(frame);
        }
    }
}
