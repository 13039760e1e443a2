using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Tests.Gossipsub.Codec;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Encoding;

namespace OpStack.Libp2p.Tests.Gossipsub.Service;

public class IngestFrameReaderTests
{
    private static readonly TopicTable Topics = SampleRpc.Topics;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(1 << 20)]
    public async Task CutsFramesHoweverTheBytesArrive(int chunk)
    {
        int[] lengths = [0, 1, 5, 127, 128, 16_000, 16_383, 16_384, 16_385, 40_000, 3, 0, 100_000, 7];
        byte[][] bodies = [.. lengths.Select(n => Body(n))];
        byte[] wire = [.. bodies.SelectMany(b => (byte[])[.. Prefix(b.Length), .. b])];
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create(1 << 20);
        using FrameRooms rooms = new(new FakeTimeProvider());
        using IngestFrameReader reader = new(near, rooms, () => false);
        Task writing = WriteAsync(far, wire, chunk);

        List<byte[]> read = [];
        while (await reader.ReadAsync(default) is { } frame)
        {
            read.Add(frame.Body.ToArray());
            frame.Dispose();
        }

        await writing;
        Assert.Equal(bodies.Where(b => b.Length > 0), read);
        Assert.Equal(0, rooms.InUse);
    }

    [Theory]
    [InlineData("81808005")] // 10 MiB + 1
    [InlineData("ffffffffffffffffff01")] // 2^64 - 1
    [InlineData("ffffffffffffffffffff01")] // no varint
    [InlineData("80")] // ends within the length
    [InlineData("05010203")] // ends within the frame
    public async Task RefusesWhatIsNoFrame(string hex)
    {
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create();
        using FrameRooms rooms = new(new FakeTimeProvider());
        using IngestFrameReader reader = new(near, rooms, () => false);
        await far.WriteAsync(Convert.FromHexString(hex), default);
        await far.CloseWriteAsync(default);

        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await reader.ReadAsync(default));

        Assert.Equal(Libp2pError.ProtocolViolation, e.Error);
        Assert.Equal(0, rooms.InUse);
    }

    [Fact]
    public async Task ALargeFrameTakesNoMemoryBeforeItHasRoom()
    {
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create();
        using FrameRooms rooms = new(new FakeTimeProvider());
        IngestBudget.Lease[] held = [await HoldAsync(rooms), await HoldAsync(rooms), await HoldAsync(rooms)];
        using IngestFrameReader reader = new(near, rooms, () => false);
        await far.WriteAsync(Prefix(RpcLimits.MaxRpc), default);

        // The length is there already: all up to the wait for room happens in this call.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Task<IngestFrame?> reading = reader.ReadAsync(default).AsTask();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.False(reading.IsCompleted);
        Assert.True(reader.IsWaitingForRoom);

        Array.ForEach(held, lease => lease.Dispose());
        Assert.True(await TestNode.WithinAsync(() => rooms.InUse == RpcLimits.MaxRpc));
        Assert.True(await TestNode.WithinAsync(() => !reader.IsWaitingForRoom));
        far.Abort();
        await Assert.ThrowsAsync<Libp2pException>(() => reading);
        Assert.Equal(0, rooms.InUse);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1 << 20)]
    public async Task ReadsOverLongFramesWithoutRoomForThem(int chunk)
    {
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create(1 << 20);
        using FrameRooms rooms = new(new FakeTimeProvider());
        bool passesOver = true;
        long most = 0;
        using IngestFrameReader reader = new(near, rooms, () => passesOver);
        byte[] wire = [.. new[] { 5, 16_385, 40_000, 16_384, 300_000, 7 }.SelectMany(n => (byte[])[.. Prefix(n), .. Body(n)])];
        Task writing = WriteAsync(far, wire, chunk);

        List<int> read = [];
        while (await reader.ReadAsync(default) is { } frame)
        {
            most = Math.Max(most, rooms.InUse);
            Assert.Equal(Body(frame.Body.Length), frame.Body.ToArray());
            read.Add(frame.Body.Length);
            frame.Dispose();
        }

        await writing;
        Assert.Equal([5, 16_384, 7], read);
        Assert.Equal(0, most);
    }

    [Fact]
    public async Task AnEndWithinAFramePassedOverIsAViolation()
    {
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create();
        using FrameRooms rooms = new(new FakeTimeProvider());
        using IngestFrameReader reader = new(near, rooms, () => true);
        await far.WriteAsync((byte[])[.. Prefix(20_000), 1], default);
        await far.CloseWriteAsync(default);
        Libp2pException e = await Assert.ThrowsAsync<Libp2pException>(async () => await reader.ReadAsync(default));
        Assert.Equal(Libp2pError.ProtocolViolation, e.Error);
    }

    [Fact]
    public async Task AdoptsTheCanonicalFormOnly()
    {
        GossipFrame canonical = GossipFrame.Encode("a", new byte[300]);
        byte[] body = canonical.Bytes[2..].ToArray();
        Assert.True(await AdoptsAsync(body));
        Assert.False(await AdoptsAsync(body[..^1]));
        Assert.False(await AdoptsAsync([.. body, 0x0a, 0]));
        Assert.False(await AdoptsAsync([.. body, .. body]));

        byte[] topicFirst = [.. RpcReaderTests.Field(4, "a"u8), .. RpcReaderTests.Field(2, [1])];
        Assert.False(await AdoptsAsync(RpcReaderTests.Field(2, topicFirst)));
        byte[] longForm = [0x12, 0x86, 0x00, 0x12, 1, 1, 0x22, 1, (byte)'a'];
        Assert.False(await AdoptsAsync(longForm));
        Assert.True(await AdoptsAsync([0x12, 0x06, 0x12, 1, 1, 0x22, 1, (byte)'a']));
        Assert.False(await AdoptsAsync([0x12, 0x06, 0x12, 1, 1, 0x22, 1, (byte)'x']));
    }

    private static async Task<bool> AdoptsAsync(byte[] body)
    {
        (DuplexPipe near, DuplexPipe far) = DuplexPipe.Create();
        using FrameRooms rooms = new(new FakeTimeProvider());
        using IngestFrameReader reader = new(near, rooms, () => false);
        await far.WriteAsync((byte[])[.. Prefix(body.Length), .. body], default);
        using IngestFrame? frame = await reader.ReadAsync(default);
        if (!frame!.TryRead(Topics, out IngestedMessage found))
        {
            return false;
        }

        GossipFrame message = frame.Adopt(found);
        GossipFrame again = GossipFrame.Encode(message.Topic, message.Data.Span);
        Assert.Equal(again.Bytes.ToArray(), message.Bytes.ToArray());
        message.Release();
        return true;
    }

    private static async Task WriteAsync(DuplexPipe to, byte[] wire, int chunk)
    {
        for (int i = 0; i < wire.Length; i += chunk)
        {
            await to.WriteAsync(wire.AsMemory(i, Math.Min(chunk, wire.Length - i)), default);
        }

        await to.CloseWriteAsync(default);
    }

    private static ValueTask<IngestBudget.Lease> HoldAsync(FrameRooms rooms) => rooms.AcquireAsync(RpcLimits.MaxRpc, default);

    private static byte[] Prefix(int length)
    {
        byte[] prefix = new byte[10];
        return prefix[..Varint.Write(prefix, (ulong)length)];
    }

    private static byte[] Body(int length)
    {
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);
        return body;
    }
}
