using OpStack.Libp2p.Yamux;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>What goes out in which order.</summary>
public class YamuxOutboxTests
{
    private readonly CountingPool _pool = new();
    private readonly YamuxOutbox _outbox;
    private int _drained;

    public YamuxOutboxTests() => _outbox = new YamuxOutbox(_pool, new AsyncSignal(), () => _drained++);

    [Fact]
    public void ControlThenDataThenEndsInOneWrite()
    {
        WriteTurn turn = new(1);
        Assert.Equal(5, _outbox.TryAppend(turn, new byte[5]));
        _outbox.Enqueue(Control(YamuxFlags.Fin, 1));
        _outbox.Enqueue(Control(YamuxFlags.Syn, 3));
        Assert.Equal(7, _outbox.TryAppend(turn, new byte[7]));
        Assert.Equal("syn 3, data 5, data 7, fin 1", Take());
        Assert.Equal("", Take());
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void ManyControlFramesGoFirstAndAlone()
    {
        WriteTurn turn = new(1);
        _outbox.TryAppend(turn, new byte[5]);
        _outbox.Enqueue(Control(YamuxFlags.Rst, 1));
        int many = (YamuxLimits.BatchMargin / YamuxHeader.Size) + 1;
        for (int i = 0; i < many; i++)
        {
            _outbox.Enqueue(Control(YamuxFlags.Syn, 9));
        }

        Assert.Equal(string.Join(", ", Enumerable.Repeat("syn 9", many)), Take());
        Assert.Equal("data 5, rst 1", Take());
    }

    [Fact]
    public void ManyEndsFollowTheirDataInSeveralWrites()
    {
        WriteTurn turn = new(1);
        for (int sent; (sent = _outbox.TryAppend(turn, new byte[100_000])) > 0;)
        {
            Assert.InRange(sent, YamuxLimits.MinSendFragment, YamuxLimits.MaxSendBody);
        }

        for (int i = 0; i < 100; i++)
        {
            _outbox.Enqueue(Control(YamuxFlags.Fin, 1));
        }

        string[] first = Take().Split(", "), second = Take().Split(", ");
        Assert.StartsWith("data", first[0]);
        Assert.Equal(100, first.Concat(second).Count(f => f == "fin 1"));
        Assert.Equal("", Take());
    }

    [Fact]
    public void PongsFillItAt32AndDrainingIsReported()
    {
        for (int i = 0; i < YamuxLimits.MaxQueuedPings; i++)
        {
            Assert.False(_outbox.IsFull);
            _outbox.Enqueue(new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 1));
        }

        Assert.True(_outbox.IsFull);
        Assert.Equal(0, _drained);
        Take();
        Assert.Equal(1, _drained);
        Assert.False(_outbox.IsFull);
        Take();
        Assert.Equal(1, _drained);
    }

    [Fact]
    public async Task StreamsTakeTurnsOneFrameEach()
    {
        WriteTurn[] turns = [new(1), new(3), new(5)];
        while (_outbox.TryAppend(turns[0], new byte[50_000]) > 0)
        {
        }

        Assert.Equal(0, _outbox.TryAppend(turns[1], new byte[50_000]));
        Assert.Equal(0, _outbox.TryAppend(turns[2], new byte[50_000]));
        Take();
        await turns[0].Signal.WaitAsync();
        Assert.Equal(0, _outbox.TryAppend(turns[1], new byte[10]));
        Assert.Equal(YamuxLimits.MaxSendBody, _outbox.TryAppend(turns[0], new byte[50_000]));
        await turns[1].Signal.WaitAsync();
        Assert.Equal(0, _outbox.TryAppend(turns[0], new byte[10]));
        _outbox.Leave(turns[1]);
        await turns[2].Signal.WaitAsync();
        Assert.Equal(10, _outbox.TryAppend(turns[2], new byte[10]));
        Assert.Equal(10, _outbox.TryAppend(turns[0], new byte[10]));
        Assert.StartsWith("data 32756, data 10, data 10", Take());
    }

    [Fact]
    public void ARevokedTurnAndASealedOutboxTakeNothing()
    {
        WriteTurn turn = new(1);
        Assert.Equal(1, _outbox.TryAppend(turn, new byte[1]));
        turn.Revoked = true;
        Assert.Equal(0, _outbox.TryAppend(turn, new byte[1]));
        _outbox.Seal();
        Assert.Equal(0, _outbox.TryAppend(new WriteTurn(3), new byte[1]));
        Assert.Equal("data 1", Take());
    }

    [Fact]
    public void DiscardingGivesTheBufferBack()
    {
        _outbox.TryAppend(new WriteTurn(1), new byte[1]);
        _outbox.Enqueue(Control(YamuxFlags.Fin, 1));
        Assert.Equal(1, _pool.Outstanding);
        _outbox.Discard();
        Assert.Equal(0, _pool.Outstanding);
        Assert.Equal("", Take());
    }

    [Fact]
    public void AReceiveBufferIsAQueueOfBytes()
    {
        Random random = new(17);
        ReceiveBuffer buffer = new(_pool);
        Queue<byte> model = new();
        byte[] scratch = new byte[100_000];
        for (int i = 0; i < 3_000; i++)
        {
            Span<byte> part = scratch.AsSpan(0, random.Next(3) == 0 ? random.Next(20_000) : random.Next(50));
            if (random.Next(2) == 0)
            {
                random.NextBytes(part);
                buffer.Write(part);
                part.ToArray().ToList().ForEach(model.Enqueue);
            }
            else
            {
                int count = buffer.Read(part);
                Assert.Equal(Math.Min(part.Length, model.Count), count);
                Assert.All(part[..count].ToArray(), x => Assert.Equal(model.Dequeue(), x));
            }

            Assert.Equal(model.Count, buffer.Length);
            Assert.InRange(_pool.OutstandingBytes, buffer.Length, (2L * buffer.Length) + (2 * YamuxLimits.MaxSegment));
        }

        buffer.Clear();
        Assert.Equal(0, _pool.Outstanding);
        Assert.False(_pool.ReturnedForeign);
    }

    private static YamuxHeader Control(YamuxFlags flags, uint id) => new(YamuxFrameType.WindowUpdate, flags, id, 0);

    /// <summary>The frames of the next write, in order.</summary>
    private string Take()
    {
        if (!_outbox.TryTake(out YamuxBatch batch))
        {
            return "";
        }

        Assert.InRange(batch.Length, YamuxHeader.Size, YamuxLimits.MaxBatch);
        List<string> frames = [];
        for (ReadOnlySpan<byte> rest = batch.Memory.Span; !rest.IsEmpty;)
        {
            Assert.True(YamuxHeader.TryRead(rest, out YamuxHeader header, out _));
            bool data = header.Type == YamuxFrameType.Data;
            frames.Add(data ? $"data {header.Length}" : $"{header.Flags} {header.StreamId}".ToLowerInvariant());
            rest = rest[(YamuxHeader.Size + (data ? (int)header.Length : 0))..];
        }

        _outbox.Return(batch);
        return string.Join(", ", frames);
    }
}
