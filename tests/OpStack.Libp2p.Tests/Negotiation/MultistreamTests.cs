using System.Text;
using OpStack.Libp2p.Negotiation;
using OpStack.Libp2p.Tests.Transport;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Negotiation;

public class MultistreamTests
{
    private const string Header = "\u0013/multistream/1.0.0\n";
    private const string Noise = "\u0007/noise\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Both_sides_agree_on_the_dialers_first_choice_and_talk_on(int maxRead)
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        await using ChoppedStream dialer = new(a, maxRead, seed: 1), listener = new(b, maxRead, seed: 2);
        Task<string> selected = Multistream.SelectAsync(dialer, ["/none", "/b", "/a"], StreamReading.HangGuard).AsTask();
        string? handled = await Multistream.HandleAsync(listener, name => name is "/a" or "/b", StreamReading.HangGuard);
        Assert.Equal("/b", handled);
        Assert.Equal("/b", await selected);
        await dialer.WriteAsync("ping"u8.ToArray(), StreamReading.HangGuard);
        await listener.WriteAsync("pong"u8.ToArray(), StreamReading.HangGuard);
        Assert.Equal("ping"u8.ToArray(), await listener.ReadExactlyAsync(4));
        Assert.Equal("pong"u8.ToArray(), await dialer.ReadExactlyAsync(4));
    }

    [Fact]
    public async Task The_dialer_sends_header_and_proposal_in_one_write()
    {
        await using ScriptedStream remote = new(Bytes(Header + Noise + "rest"));
        Assert.Equal("/noise", await Multistream.SelectAsync(remote, ["/noise"], default));
        Assert.Equal(Bytes(Header + Noise), Assert.Single(remote.Writes));
        Assert.Equal(4, remote.Unread);
    }

    [Fact]
    public async Task The_listener_leaves_application_bytes_behind_the_proposal()
    {
        await using ScriptedStream remote = new(Bytes(Header + Noise + "application"));
        Assert.Equal("/noise", await Multistream.HandleAsync(remote, name => name == "/noise", default));
        Assert.Equal("application".Length, remote.Unread);
        Assert.Equal(Bytes(Header + Noise), remote.Written);
        Assert.Equal(Bytes(Header), remote.Writes[0]);
    }

    [Fact]
    public async Task A_dialer_that_gives_up_is_no_error_to_the_listener()
    {
        await using ScriptedStream remote = new(Bytes(Header + Noise));
        Assert.Null(await Multistream.HandleAsync(remote, _ => false, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Header)]
    [InlineData(Header + "\u0003na\n")]
    [InlineData(Header + "\u0003na ")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public async Task A_failed_selection_throws_its_reason(string script)
    {
        await using ScriptedStream remote = new(Bytes(script), maxRead: 3);
        Assert.Equal(
            Libp2pError.NegotiationFailed,
            await StreamReading.ErrorOfAsync(() => Multistream.SelectAsync(remote, ["/noise"], default).AsTask()));
    }

    [Fact]
    [Trait("Row", "21")]
    public async Task A_line_without_end_is_given_up_after_its_length()
    {
        await using ScriptedStream remote = new([.. Bytes(Header), 0x80, 0x80, 0x04, .. new byte[65536]]);
        Assert.Equal(
            Libp2pError.NegotiationFailed,
            await StreamReading.ErrorOfAsync(() => Multistream.HandleAsync(remote, _ => true, default).AsTask()));
        Assert.Equal(65536 + 1, remote.Unread);
    }

    [Fact]
    public async Task The_callers_token_ends_the_wait_for_a_silent_remote()
    {
        (DuplexPipe a, DuplexPipe b) = DuplexPipe.Create();
        await using DuplexPipe ours = a, silent = b;
        using CancellationTokenSource deadline = new();
        Task<string> selecting = Multistream.SelectAsync(ours, ["/noise"], deadline.Token).AsTask();
        Assert.False(selecting.IsCompleted);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => selecting);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
