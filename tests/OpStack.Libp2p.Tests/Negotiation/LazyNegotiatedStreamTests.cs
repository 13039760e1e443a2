using System.Text;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Tests.Transport;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Negotiation;

public class LazyNegotiatedStreamTests
{
    private static readonly byte[] Opening = Encoding.Latin1.GetBytes("\u0013/multistream/1.0.0\n\u0003/a\n");

    [Fact]
    public async Task The_first_write_carries_the_proposal_and_the_first_read_takes_the_answer_off()
    {
        await using ScriptedStream remote = new([.. Opening, .. "reply"u8], maxRead: 3);
        await using IByteStream stream = Multistream.SelectLazily(remote, "/a");
        Assert.Empty(remote.Writes);
        await stream.WriteAsync("hello"u8.ToArray(), default);
        await stream.WriteAsync("again"u8.ToArray(), default);
        Assert.Equal([.. Opening, .. "hello"u8], remote.Writes[0]);
        Assert.Equal("again"u8.ToArray(), remote.Writes[1]);
        Assert.Equal("reply"u8.ToArray(), await stream.ReadToEndAsync());
    }

    [Fact]
    public async Task A_read_before_any_write_proposes_first()
    {
        await using ScriptedStream remote = new([.. Opening, .. "x"u8]);
        await using IByteStream stream = Multistream.SelectLazily(remote, "/a");
        Assert.Equal(1, await stream.ReadAsync(new byte[8], default));
        Assert.Equal(Opening, Assert.Single(remote.Writes));
        await stream.WriteAsync("y"u8.ToArray(), default);
        Assert.Equal("y"u8.ToArray(), remote.Writes[1]);
    }

    [Fact]
    public async Task Closing_without_a_write_proposes_first()
    {
        await using ScriptedStream remote = new(Opening);
        await using IByteStream stream = Multistream.SelectLazily(remote, "/a");
        await stream.CloseWriteAsync(default);
        Assert.Equal(Opening, Assert.Single(remote.Writes));
        Assert.True(remote.IsWriteClosed);
        Assert.Equal(0, await stream.ReadAsync(new byte[8], default));
    }

    [Theory]
    [InlineData("\u0013/multistream/1.0.0\n\u0003na\n")]
    [InlineData("\u0013/multistream/1.0.0\n")]
    [InlineData("junk")]
    public async Task A_refusal_surfaces_from_the_first_read_and_aborts(string answer)
    {
        await using ScriptedStream remote = new(Encoding.Latin1.GetBytes(answer));
        await using IByteStream stream = Multistream.SelectLazily(remote, "/a");
        await stream.WriteAsync("hello"u8.ToArray(), default);
        Assert.Equal(
            Libp2pError.NegotiationFailed, await StreamReading.ErrorOfAsync(() => stream.ReadAsync(new byte[8], default).AsTask()));
        Assert.True(remote.IsAborted);
    }

    [Fact]
    public async Task A_first_write_that_must_wait_does_not_hold_up_the_reader()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create(capacity: 1024);
        await using IByteStream dialer = Multistream.SelectLazily(a, "/a");
        await using DuplexPipe listener = b;
        byte[] big = new byte[100_000];
        Task writing = dialer.WriteAsync(big, StreamReading.HangGuard).AsTask();
        Task<byte[]> reading = dialer.ReadExactlyAsync(50_000);
        Assert.Equal("/a", await Multistream.HandleAsync(listener, name => name == "/a", StreamReading.HangGuard));

        // The listener takes nothing until its own bytes are through, which only the dialer's reader can bring about.
        await listener.WriteAsync(big.AsMemory(0, 50_000), StreamReading.HangGuard);
        await reading;
        Assert.False(writing.IsCompleted);
        await listener.ReadExactlyAsync(big.Length);
        await writing;
    }

    [Fact]
    public async Task A_cancelled_read_keeps_the_part_of_the_answer_it_took()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        await using IByteStream dialer = Multistream.SelectLazily(a, "/a");
        await using DuplexPipe remote = b;
        await remote.WriteAsync(Opening.AsMemory(0, 21), default);
        using CancellationTokenSource cancel = new();
        Task<int> reading = dialer.ReadAsync(new byte[8], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await remote.WriteAsync(Opening.AsMemory(21), default);
        await remote.WriteAsync("ok"u8.ToArray(), default);
        Assert.Equal("ok"u8.ToArray(), await dialer.ReadExactlyAsync(2));
    }
}
