using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>
/// Every broken rule as the peer sees it (attack-cases.md rows 23 and 24): GoAway 1 and the end; what had arrived before stays readable, the rest of the victim
/// learns that the connection is closed, and nothing is left.
/// </summary>
public class YamuxViolationOnTheWireTests
{
    [Theory]
    [Trait("Row", "23")]
    [InlineData("0001000000000001ffffffff" + "0001000000000001ffffffff", YamuxViolation.SendWindowOverflow)]
    [InlineData("0001000100000005ffffffff", YamuxViolation.SendWindowOverflow)]
    [InlineData("000000000000000100040000", YamuxViolation.ReceiveWindowExceeded)]
    internal Task A_window_that_overflows_or_is_overrun(string frames, YamuxViolation violation) => RefusesAsync(frames, violation);

    [Theory]
    [Trait("Row", "24")]
    [InlineData("000000010000000500040001", YamuxViolation.ReceiveWindowExceeded)]
    [InlineData("000000000000000100100001", YamuxViolation.FrameTooLarge)]
    [InlineData("000000000000000900100001", YamuxViolation.FrameTooLarge)]
    [InlineData("000400000000000100000000", YamuxViolation.FrameType)]
    [InlineData("00ff00000000000100000000", YamuxViolation.FrameType)]
    [InlineData("000000100000000100000000", YamuxViolation.Flags)]
    [InlineData("000180000000000100000000", YamuxViolation.Flags)]
    [InlineData("010000000000000100000000", YamuxViolation.Version)]
    [InlineData("000100010000000200000000", YamuxViolation.Parity)]
    [InlineData("000100010000000100000000", YamuxViolation.StreamIdReused)]
    [InlineData("000100010000000000000000", YamuxViolation.StreamId)]
    [InlineData("000200010000000100000000", YamuxViolation.StreamId)]
    internal Task A_frame_that_breaks_a_rule(string frame, YamuxViolation violation) => RefusesAsync(frame, violation);

    private static async Task RefusesAsync(string frames, YamuxViolation violation)
    {
        await using RawPeer peer = new();
        await peer.ExpectStartAsync();
        await peer.SendAsync(Data(1, 10, YamuxFlags.Syn), Syn(3));
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 1, 0);
        await peer.ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 3, 0);
        YamuxStream held = (await peer.Victim.AcceptStreamAsync(default))!, waiting = (await peer.Victim.AcceptStreamAsync(default))!;
        Task<int> read = waiting.ReadOnceAsync();
        Task<YamuxStream?> accept = peer.Victim.AcceptStreamAsync(default).AsTask();

        await peer.SendAsync(Convert.FromHexString(frames), Syn(11));
        await peer.ExpectAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, (uint)YamuxGoAwayCode.ProtocolError);
        await read.FailsAsync(Libp2pError.ConnectionClosed);
        Assert.Null(await accept.WaitAsync(YamuxPair.HangGuard));
        await peer.EndAsync();
        YamuxEnd end = await peer.ClosedAsync();
        Assert.Equal((YamuxCloseReason.ProtocolViolation, violation), (end.Reason, end.Violation));
        Assert.Equal(10, held.Buffered);
        Assert.Equal(10, held.BytesReceived);
        Assert.All(await held.ReadExactlyAsync(10), b => Assert.Equal(1, b));
        await held.ReadOnceAsync().FailsAsync(Libp2pError.ConnectionClosed);
        await peer.Victim.DisposeAsync();
        Assert.Equal(0, peer.Pool.Outstanding);
    }
}
