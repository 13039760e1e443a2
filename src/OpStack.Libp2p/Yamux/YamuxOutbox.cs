using System.Buffers;

namespace OpStack.Libp2p.Yamux;

/// <summary>A stream's place in the queue for room in the batch.</summary>
internal sealed class WriteTurn
{
    public WriteTurn(uint streamId)
    {
        StreamId = streamId;
        Node = new LinkedListNode<WriteTurn>(this);
    }

    public uint StreamId { get; }

    /// <summary>Set when it is worth trying again.</summary>
    public AsyncSignal Signal { get; } = new();

    /// <summary>Nothing of this stream may follow any more. Set before its RST is queued.</summary>
    public bool Revoked { get => Volatile.Read(ref _revoked); set => Volatile.Write(ref _revoked, value); }

    internal LinkedListNode<WriteTurn> Node { get; }

    private bool _revoked;
}

/// <summary>Frames for one write to the transport. The array is rented; give it back with <see cref="YamuxOutbox.Return"/>.</summary>
internal readonly record struct YamuxBatch(byte[] Array, int Start, int Length)
{
    public ReadOnlyMemory<byte> Memory => Array.AsMemory(Start, Length);
}

/// <summary>
/// Collects frames while the previous write is under way, so that many small frames cost one write. Order within a batch: control frames, data, then FIN, RST and GoAway,
/// which must not overtake their stream's data. Streams that find no room take turns, one frame each. Thread-safe; holds no buffer while idle.
/// </summary>
internal sealed class YamuxOutbox(ArrayPool<byte> pool, AsyncSignal wakeWriter, Action onDrained)
{
    private const int DataStart = YamuxLimits.BatchMargin;
    private const int DataEnd = YamuxLimits.MaxBatch - YamuxLimits.BatchMargin;

    private readonly Lock _gate = new();
    private readonly List<YamuxHeader> _front = [];
    private readonly List<YamuxHeader> _back = [];
    private readonly LinkedList<WriteTurn> _turns = new();
    private byte[]? _data;
    private int _dataEnd;
    private int _pongs;
    private bool _sealed;
    private bool _reportDrained;

    /// <summary>
    /// Whether so many control frames wait that no more may be caused by reading on (GHSA-3999-5ffv-wp2r). If so, the drained callback follows.
    /// </summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                bool full = _pongs >= YamuxLimits.MaxQueuedPings || _front.Count + _back.Count >= YamuxLimits.MaxQueuedControlFrames;
                _reportDrained |= full;
                return full;
            }
        }
    }

    /// <summary>Whether <see cref="Seal"/> was called.</summary>
    public bool IsSealed
    {
        get
        {
            lock (_gate)
            {
                return _sealed;
            }
        }
    }

    /// <summary>Queues a frame without body.</summary>
    public void Enqueue(in YamuxHeader frame)
    {
        lock (_gate)
        {
            bool last = frame.Type == YamuxFrameType.GoAway || (frame.Flags & (YamuxFlags.Fin | YamuxFlags.Rst)) != 0;
            (last ? _back : _front).Add(frame);
            _pongs += frame is { Type: YamuxFrameType.Ping, Flags: YamuxFlags.Ack } ? 1 : 0;
        }

        wakeWriter.Set();
    }

    /// <summary>
    /// Copies a prefix of <paramref name="body"/> into the batch as one frame and returns its length. 0 if there is no room or it is another stream's turn
    /// (the turn's signal follows), or if the turn is revoked or the outbox sealed (it does not).
    /// </summary>
    public int TryAppend(WriteTurn turn, ReadOnlySpan<byte> body)
    {
        int count;
        lock (_gate)
        {
            if (_sealed || turn.Revoked)
            {
                return 0;
            }

            count = Math.Min(body.Length, YamuxLimits.MaxSendBody);
            int room = DataEnd - (_data is null ? DataStart : _dataEnd) - YamuxHeader.Size;
            bool waitsForOther = _turns.First is { } first && first != turn.Node;
            if (waitsForOther || room < Math.Min(count, YamuxLimits.MinSendFragment))
            {
                if (turn.Node.List is null)
                {
                    _turns.AddLast(turn.Node);
                }

                return 0;
            }

            count = Math.Min(count, room);
            _data ??= RentData();
            new YamuxHeader(YamuxFrameType.Data, YamuxFlags.None, turn.StreamId, (uint)count).Write(_data.AsSpan(_dataEnd));
            body[..count].CopyTo(_data.AsSpan(_dataEnd + YamuxHeader.Size));
            _dataEnd += YamuxHeader.Size + count;
            Remove(turn);
        }

        wakeWriter.Set();
        return count;
    }

    /// <summary>Gives up the turn.</summary>
    public void Leave(WriteTurn turn)
    {
        lock (_gate)
        {
            Remove(turn);
        }
    }

    /// <summary>Takes what is to be written next; false if there is nothing.</summary>
    public bool TryTake(out YamuxBatch batch)
    {
        bool drained;
        lock (_gate)
        {
            int control = _front.Count * YamuxHeader.Size;
            if (control == 0 && _data is null && _back.Count == 0)
            {
                batch = default;
                return false;
            }

            if (_data is null || control > DataStart)
            {
                batch = TakeControl(withBack: _data is null);
            }
            else
            {
                batch = TakeData(control);
                _turns.First?.Value.Signal.Set();
            }

            _pongs = 0;
            drained = _reportDrained;
            _reportDrained = false;
        }

        if (drained)
        {
            onDrained();
        }

        return true;
    }

    /// <summary>The batch is written.</summary>
    public void Return(in YamuxBatch batch) => pool.Return(batch.Array);

    /// <summary>No more data: what is in goes out. Wakes every waiter.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            _sealed = true;
            foreach (WriteTurn turn in _turns)
            {
                turn.Signal.Set();
            }

            _turns.Clear();
        }

        wakeWriter.Set();
    }

    /// <summary>Throws away what was not taken yet.</summary>
    public void Discard()
    {
        Seal();
        lock (_gate)
        {
            _front.Clear();
            _back.Clear();
            if (_data is not null)
            {
                pool.Return(_data);
                _data = null;
            }
        }
    }

    private byte[] RentData()
    {
        _dataEnd = DataStart;
        return pool.Rent(YamuxLimits.MaxBatch);
    }

    private YamuxBatch TakeControl(bool withBack)
    {
        int length = (_front.Count + (withBack ? _back.Count : 0)) * YamuxHeader.Size;
        byte[] array = pool.Rent(length);
        int end = Write(_front, _front.Count, array, 0);
        if (withBack)
        {
            Write(_back, _back.Count, array, end);
        }

        return new YamuxBatch(array, 0, length);
    }

    private YamuxBatch TakeData(int control)
    {
        byte[] array = _data!;
        _data = null;
        int start = DataStart - control;
        Write(_front, _front.Count, array, start);

        // What does not fit follows the next batch, hence still its stream's data.
        int end = Write(_back, Math.Min(_back.Count, (YamuxLimits.MaxBatch - _dataEnd) / YamuxHeader.Size), array, _dataEnd);
        return new YamuxBatch(array, start, end - start);
    }

    private static int Write(List<YamuxHeader> frames, int count, byte[] array, int offset)
    {
        for (int i = 0; i < count; i++)
        {
            frames[i].Write(array.AsSpan(offset));
            offset += YamuxHeader.Size;
        }

        frames.RemoveRange(0, count);
        return offset;
    }

    private void Remove(WriteTurn turn)
    {
        if (turn.Node.List is null)
        {
            return;
        }

        bool wasFirst = _turns.First == turn.Node;
        _turns.Remove(turn.Node);
        if (wasFirst)
        {
            _turns.First?.Value.Signal.Set();
        }
    }
}
