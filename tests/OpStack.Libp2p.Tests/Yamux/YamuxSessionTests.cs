using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>What honest sessions do, byte by byte.</summary>
public class YamuxSessionTests
{
    [Fact]
    public void InitiatorOpensOddIdsAndAcceptorEven()
    {
        SessionHarness initiator = new(isInitiator: true), acceptor = new();
        Assert.Equal([1u, 3u], [initiator.Open(), initiator.Open()]);
        Assert.Equal([2u, 4u], [acceptor.Open(), acceptor.Open()]);
        Assert.Equal("000100010000000100000000 000100010000000300000000", initiator.Sent());
        Assert.Equal("000100010000000200000000 000100010000000400000000", acceptor.Sent());
    }

    [Fact]
    public void AcceptsAStreamAndAcknowledgesIt()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1", s.FeedHex("000100010000000100000000"));
        Assert.Equal("000100020000000100000000", s.Sent());
        Assert.Equal(1, s.Session.InboundStreams);
    }

    [Fact]
    public void SynMayCarryCreditDataAndFin()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; window 1", s.Feed(Window(1, 1000, YamuxFlags.Syn)));
        Assert.Equal(YamuxLimits.InitialWindow + 1000, s.Session.SendWindowOf(1).Available);
        Assert.Equal("opened 3; data 3 5; fin 3", s.Feed(Data(3, 5, YamuxFlags.Syn | YamuxFlags.Fin)));
        Assert.Equal(Data(3, 5)[YamuxHeader.Size..], s.Received);
    }

    [Fact]
    public void AWholeWindowMayComeWithTheSyn()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; data 1 262144", s.Feed(Data(1, 262_144, YamuxFlags.Syn)));
        Assert.Equal("violation ReceiveWindowExceeded", s.Feed(Data(1, 1)));
    }

    [Fact]
    public void HalfCloseAndEnd()
    {
        SessionHarness s = new(isInitiator: true);
        uint id = s.Open();
        s.Session.CloseWrite(id);
        s.Session.CloseWrite(id);
        Assert.Equal("000100010000000100000000 000100040000000100000000", s.Sent());
        Assert.Equal("data 1 7; fin 1", s.Feed(Data(1, 7, YamuxFlags.Fin | YamuxFlags.Ack)));
        Assert.True(s.Session.Contains(id));
        s.Session.Consume(id, 7, s.Now);
        Assert.False(s.Session.Contains(id));
        Assert.Equal("", s.Sent());
        Assert.Equal(0, s.Session.OutboundStreams);
    }

    [Fact]
    public void FinAndRstTwiceAreIdempotent()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; fin 1", s.Feed(Syn(1), Window(1, 0, YamuxFlags.Fin), Window(1, 0, YamuxFlags.Fin), Data(1, 0, YamuxFlags.Fin)));
        Assert.Equal("reset 1", s.Feed(Window(1, 0, YamuxFlags.Rst), Window(1, 0, YamuxFlags.Rst), Data(1, 0, YamuxFlags.Rst | YamuxFlags.Fin)));
        Assert.Equal(YamuxViolation.None, s.Session.Violation);
    }

    [Fact]
    public void DataAfterFinIsDiscarded()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; fin 1", s.Feed(Syn(1), Window(1, 0, YamuxFlags.Fin), Data(1, 300_000)));
        Assert.Equal(300_000, s.Session.DiscardedBytes);
    }

    [Fact]
    public void DataOfUnknownStreamsIsDiscardedAndCreditIgnored()
    {
        SessionHarness s = new();
        Assert.Equal("", s.Feed(Data(77, 1000), Window(77, uint.MaxValue), Window(77, uint.MaxValue), Window(77, 0, YamuxFlags.Fin | YamuxFlags.Ack)));
        Assert.Equal(1000, s.Session.DiscardedBytes);
        Assert.Equal("", s.Sent());
        Assert.Equal("opened 1", s.Feed(Syn(1)));
    }

    [Fact]
    public void DataInFlightAfterOurResetIsDiscarded()
    {
        SessionHarness s = new();
        byte[] frame = Data(1, 100);
        s.Feed(Syn(1), frame[..50]);
        s.Sent();
        s.Session.Reset(1, s.Now);
        s.Session.Reset(1, s.Now);
        Assert.Equal("000100080000000100000000", s.Sent());
        Assert.Equal("", s.Feed(frame[50..], Data(1, 9)));
        Assert.Equal(62 + 9, s.Session.DiscardedBytes);
        Assert.Equal(38, s.Received.Count);
    }

    [Fact]
    public void BytesBeforeFinSurviveAReset()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; data 1 10; fin 1; reset 1", s.Feed(Syn(1), Data(1, 10, YamuxFlags.Fin), Window(1, 0, YamuxFlags.Rst)));
        Assert.Equal(1, s.Session.InboundStreams);
        s.Session.Consume(1, 10, s.Now);
        Assert.Equal(0, s.Session.InboundStreams);
    }

    [Fact]
    public void PongRepeatsTheValueAndIsNeverPonged()
    {
        SessionHarness s = new();
        Assert.Equal("", s.FeedHex("00020001000000000badcafe"));
        Assert.Equal("00020002000000000badcafe", s.Sent());
        Assert.Equal("", s.FeedHex("00020002000000000badcafe"));
        Assert.Equal("", s.Sent());
        Assert.Equal(1, s.Session.IgnoredPongs);
    }

    [Fact]
    public void RoundTripIsMeasuredAtStartAndSmoothed()
    {
        SessionHarness s = new();
        s.Session.Start(s.Now);
        Assert.Equal("000200010000000000000000", s.Sent());
        s.Now += TimeSpan.FromMilliseconds(80);
        Assert.Equal("", s.FeedHex("000200020000000000000001"));
        Assert.Equal("pong 80", s.FeedHex("000200020000000000000000"));
        Assert.Equal("", s.FeedHex("000200020000000000000000"));
        s.Session.Ping(s.Now);
        s.Session.Ping(s.Now);
        Assert.Equal("000200010000000000000001", s.Sent());
        s.Now += TimeSpan.FromMilliseconds(40);
        Assert.Equal("pong 40", s.FeedHex("000200020000000000000001"));
        Assert.Equal(TimeSpan.FromMilliseconds(60), s.Session.RoundTrip);
    }

    [Fact]
    public void APeerThatSendsIsAliveHoweverLongItsPongIsQueuedBehindItsData()
    {
        SessionHarness s = new();
        s.Session.Start(s.Now);
        s.Feed(Syn(1));
        for (int second = 0; second < 60; second += 5)
        {
            s.Now += TimeSpan.FromSeconds(5);
            Assert.Equal("data 1 100", s.Feed(Data(1, 100)));
            Assert.True(s.Session.Advance(s.Now));
        }

        s.Now = s.Session.NextDeadline;
        Assert.False(s.Session.Advance(s.Now));
    }

    [Fact]
    public void KeepAlivePingsEvery30SecondsAndGivesUpAfter10()
    {
        SessionHarness s = new();
        s.Session.Start(s.Now);
        s.Sent();
        s.FeedHex("000200020000000000000000");
        Assert.Equal(TimeSpan.FromSeconds(130), s.Session.NextDeadline);
        s.Now = TimeSpan.FromSeconds(130) - TimeSpan.FromTicks(1);
        Assert.True(s.Session.Advance(s.Now));
        Assert.Equal("", s.Sent());
        s.Now = TimeSpan.FromSeconds(130);
        Assert.True(s.Session.Advance(s.Now));
        Assert.Equal("000200010000000000000001", s.Sent());
        Assert.Equal(TimeSpan.FromSeconds(140), s.Session.NextDeadline);
        Assert.True(s.Session.Advance(TimeSpan.FromSeconds(140) - TimeSpan.FromTicks(1)));
        Assert.False(s.Session.Advance(TimeSpan.FromSeconds(140)));
    }

    [Fact]
    public void GoAwayOfThePeerStopsOpening()
    {
        SessionHarness s = new(isInitiator: true);
        uint id = s.Open();
        Assert.Equal("goaway 0", s.FeedHex("000300000000000000000000"));
        Assert.Equal(YamuxOpenResult.GoingAway, s.Session.TryOpen(s.Now, out _));
        Assert.Equal("data 1 3", s.Feed(Data(id, 3)));
        Assert.Equal("goaway 2", s.FeedHex("000300000000000000000002"));
    }

    [Fact]
    public void AfterOurGoAwayStreamsAreRefused()
    {
        SessionHarness s = new();
        s.Session.GoAway(YamuxGoAwayCode.Normal);
        s.Session.GoAway(YamuxGoAwayCode.InternalError);
        Assert.Equal("000300000000000000000000", s.Sent());
        Assert.Equal("", s.Feed(Data(1, 100, YamuxFlags.Syn)));
        Assert.Equal("000100080000000100000000", s.Sent());
        Assert.Equal(100, s.Session.DiscardedBytes);
    }

    [Fact]
    public void StreamsOfOursAreLimitedUntilTheyEnd()
    {
        SessionHarness s = new(isInitiator: true);
        for (int i = 0; i < YamuxLimits.MaxOutboundStreams; i++)
        {
            s.Open();
        }

        Assert.Equal(YamuxOpenResult.TooManyStreams, s.Session.TryOpen(s.Now, out _));
        s.Feed(Window(1, 0, YamuxFlags.Ack), Window(1, 0, YamuxFlags.Ack));
        Assert.Equal(YamuxOpenResult.TooManyStreams, s.Session.TryOpen(s.Now, out _));
        s.Session.Reset(1, s.Now);
        Assert.Equal(513u, s.Open());
    }

    [Fact]
    public void IdsMayArriveOutOfOrder()
    {
        SessionHarness s = new();
        Assert.Equal("opened 5; opened 1; opened 3; opened 9; opened 7", s.Feed(Syn(5), Syn(1), Syn(3), Syn(9), Syn(7)));
    }

    [Fact]
    public void CutAnywhereTheStreamMeansTheSame()
    {
        byte[] all = [.. Data(1, 20, YamuxFlags.Syn), .. Window(1, 9), .. Data(1, 5, YamuxFlags.Fin), .. Syn(3), .. Window(3, 0, YamuxFlags.Rst),
            .. Convert.FromHexString("000200010000000000000007"), .. Data(99, 30), .. Convert.FromHexString("000300000000000000000000")];
        SessionHarness whole = new();
        string expected = whole.Feed(all);
        Assert.Equal("opened 1; data 1 20; window 1; data 1 5; fin 1; opened 3; reset 3; goaway 0", expected);
        string sent = whole.Sent();
        for (int cut = 0; cut <= all.Length; cut++)
        {
            SessionHarness s = new();
            s.Feed(all[..cut], all[cut..]);
            Assert.Equal(whole.Received, s.Received);
            Assert.Equal(sent, s.Sent());
            Assert.Equal(0u, s.Session.RemoteGoAway);
        }
    }

    [Fact]
    public void TruncatedStreamsReportOnlyWhatArrived()
    {
        byte[] frame = Data(1, 20, YamuxFlags.Syn | YamuxFlags.Fin);
        for (int length = 0; length < frame.Length; length++)
        {
            SessionHarness s = new();
            string events = s.Feed(frame[..length]);
            Assert.Equal(length < 12 ? "" : length == 12 ? "opened 1" : $"opened 1; data 1 {length - 12}", events);
        }
    }
}
