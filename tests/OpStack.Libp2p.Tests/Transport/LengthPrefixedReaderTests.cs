using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Transport;

public class LengthPrefixedReaderTests
{
    [Fact]
    public async Task Reads_frames_however_they_are_cut()
    {
        byte[][] frames = [[], [1], new byte[127], new byte[128], new byte[5_000], [2, 3]];
        byte[] all = [.. frames.SelectMany(f => LengthPrefix.Frame(f))];
        foreach (int piece in (int[])[1, 2, 3, 127, 2048, 4096, all.Length])
        {
            LengthPrefixedReader reader = new(new ChunkStream(all, piece));
            foreach (byte[] frame in frames)
            {
                LengthPrefixedFrame read = await reader.ReadAsync(5_000, CancellationToken.None);
                Assert.True(read.IsFrame);
                Assert.Equal(frame, read.Bytes.ToArray());
            }

            Assert.Equal(FrameStatus.EndOfStream, (await reader.ReadAsync(5_000, CancellationToken.None)).Status);
        }
    }

    [Fact]
    public async Task A_long_frame_arrives_whole()
    {
        byte[] frame = new byte[10 << 20];
        new Random(1).NextBytes(frame);
        LengthPrefixedReader reader = new(new ChunkStream(LengthPrefix.Frame(frame), 16_384));
        LengthPrefixedFrame read = await reader.ReadAsync(10 << 20, CancellationToken.None);
        Assert.True(read.Bytes.Span.SequenceEqual(frame));
    }

    [Theory]
    [InlineData("ac02", 299)] // 300
    [InlineData("01", 0)]
    [InlineData("ffffffff0f", int.MaxValue)]
    [InlineData("ffffffffffffffffff01", int.MaxValue)]
    public async Task A_length_over_the_limit_is_refused(string hex, int limit)
    {
        LengthPrefixedReader reader = new(new ChunkStream(Convert.FromHexString(hex), 64));
        Assert.Equal(FrameStatus.TooLong, (await reader.ReadAsync(limit, CancellationToken.None)).Status);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("05010203")]
    [InlineData("8080808080808080808001")]
    [InlineData("ffffffffffffffffff7f")]
    public async Task Cut_or_malformed_frames_are_refused(string hex)
    {
        LengthPrefixedReader reader = new(new ChunkStream(Convert.FromHexString(hex), 64));
        LengthPrefixedFrame read = await reader.ReadAsync(1024, CancellationToken.None);
        Assert.Equal(FrameStatus.Malformed, read.Status);
        Assert.True(read.Bytes.IsEmpty);
    }

    [Fact]
    public void A_declared_length_allocates_little()
    {
        // 10 MiB are declared, 100 bytes arrive. All of it runs on this thread, because the stream never waits.
        byte[] bytes = [.. LengthPrefix.Frame(new byte[10 << 20]).AsSpan(0, 104)];
        FrameStatus status = default;
        long allocated = Mutations.AllocatedBy(() =>
        {
            ValueTask<LengthPrefixedFrame> read = new LengthPrefixedReader(new ChunkStream(bytes, 104)).ReadAsync(10 << 20, CancellationToken.None);
            Assert.True(read.IsCompleted);
            status = read.Result.Status;
        });
        Assert.Equal(FrameStatus.Malformed, status);
        Assert.InRange(allocated, 1, LengthPrefixedReader.InitialFrameSize + 8_192);
    }

    [Fact]
    public async Task Cancellation_ends_a_wait()
    {
        (DuplexPipe a, DuplexPipe _) = DuplexPipe.Create();
        using CancellationTokenSource cancel = new();
        Task<LengthPrefixedFrame> read = new LengthPrefixedReader(a).ReadAsync(10, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private sealed class ChunkStream(byte[] bytes, int piece) : IByteStream
    {
        private int _position;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _position);
            bytes.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            return ValueTask.FromResult(count);
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask CloseWriteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Abort()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
