using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>Receive windows: when credit goes out, how they grow, and what they never exceed.</summary>
public class YamuxWindowTests
{
    private const uint Initial = YamuxLimits.InitialWindow;

    [Fact]
    public void CreditGoesOutAtHalfTheWindow()
    {
        SessionHarness s = Opened(roundTrip: null);
        s.Feed(Data(1, 200_000));
        Assert.Equal(Initial, s.Session.Consume(1, (Initial / 2) - 1, s.Now));
        Assert.Equal("", s.Sent());
        s.Session.Consume(1, 1, s.Now);
        Assert.Equal("000100000000000100020000", s.Sent());
        s.Session.Consume(1, 200_000 - (Initial / 2), s.Now);
        Assert.Equal("", s.Sent());
    }

    [Fact]
    public void ABodyUnderWayIsNotGrantedTwice()
    {
        SessionHarness s = Opened(roundTrip: null);
        byte[] frame = Data(1, (int)Initial);
        s.Feed(frame[..(YamuxHeader.Size + 131_072)]);
        s.Session.Consume(1, 131_072, s.Now);
        Assert.Equal("000100000000000100020000", s.Sent());
        s.Feed(frame[(YamuxHeader.Size + 131_072)..]);
        s.Feed(Data(1, 131_072));
        Assert.Equal("violation ReceiveWindowExceeded", s.Feed(Data(1, 1)));
    }

    [Fact]
    public void ConsumingMoreThanArrivedIsOurFault()
    {
        SessionHarness s = Opened(roundTrip: null);
        s.Feed(Data(1, 10));
        Assert.Throws<OverflowException>(() => s.Session.Consume(1, 11, s.Now));
    }

    [Fact]
    public void NoCreditAfterTheFin()
    {
        SessionHarness s = Opened(roundTrip: null);
        s.Feed(Data(1, 200_000, YamuxFlags.Fin));
        s.Session.Consume(1, 200_000, s.Now);
        Assert.Equal("", s.Sent());
    }

    [Fact]
    public void WindowsDoubleWhenUsedUpWithinFourRoundTrips()
    {
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(100);
        SessionHarness s = Opened(roundTrip);
        uint window = Initial;
        for (uint expected = Initial * 2; expected <= YamuxLimits.MaxWindow; expected *= 2)
        {
            s.Now += (4 * roundTrip) - TimeSpan.FromTicks(1);
            window = UseHalf(s, window);
            Assert.Equal(expected, window);
        }

        s.Now += roundTrip;
        Assert.Equal(YamuxLimits.MaxWindow, UseHalf(s, window));
    }

    [Fact]
    public void SlowUseDoesNotGrow()
    {
        SessionHarness s = Opened(TimeSpan.FromMilliseconds(100));
        s.Now += TimeSpan.FromMilliseconds(400);
        Assert.Equal(Initial, UseHalf(s, Initial));
        s.Now += TimeSpan.FromMilliseconds(399);
        Assert.Equal(2 * Initial, UseHalf(s, Initial));
    }

    [Fact]
    public void WithoutAMeasuredRoundTripNothingGrows()
    {
        SessionHarness s = Opened(roundTrip: null);
        Assert.Equal(Initial, UseHalf(s, Initial));
    }

    [Fact]
    public void WindowsGrowWithinHalfTheBudget()
    {
        TimeSpan roundTrip = TimeSpan.FromSeconds(1);
        SessionHarness s = Opened(roundTrip, new YamuxOptions { ReceiveBudget = 10 * Initial });
        s.Feed(Syn(3));
        s.Sent();
        uint first = UseHalf(s, Initial);
        Assert.Equal(2 * Initial, first);
        first = UseHalf(s, first);
        Assert.Equal(4 * Initial, first);
        Assert.Equal(Initial, UseHalf(s, Initial, id: 3));
        s.Session.Reset(1, s.Now);
        s.Sent();
        Assert.Equal(2 * Initial, UseHalf(s, Initial, id: 3));
    }

    [Fact]
    public void NeverMoreThanTheMaximumIsOutstanding()
    {
        Random random = new(3);
        SessionHarness s = Opened(TimeSpan.FromSeconds(1000));
        long granted = Initial, sent = 0, consumed = 0;
        for (int i = 0; i < 1_000; i++)
        {
            int length = (int)Math.Min(granted - sent, random.Next(1, 400_000));
            if (length > 0)
            {
                Assert.StartsWith("data", s.Feed(Data(1, length)));
                sent += length;
                s.Received.Clear();
            }

            uint take = (uint)random.NextInt64(0, sent - consumed + 1);
            s.Session.Consume(1, take, s.Now);
            consumed += take;
            while (s.Session.TryDequeue(out YamuxHeader credit))
            {
                granted += credit.Length;
            }

            Assert.InRange(granted - consumed, 0, YamuxLimits.MaxWindow);
        }

        Assert.True(granted > 50L * Initial);
        Assert.Equal(YamuxLimits.MaxWindow, s.Session.Consume(1, 0, s.Now));
    }

    private static SessionHarness Opened(TimeSpan? roundTrip, YamuxOptions? options = null)
    {
        SessionHarness s = new(options: options);
        if (roundTrip is { } value)
        {
            s.Session.Start(s.Now);
            s.Now += value;
            Assert.StartsWith("pong", s.FeedHex("000200020000000000000000"));
        }

        s.Feed(Syn(1));
        s.Sent();
        return s;
    }

    /// <summary>Receives and reads half a window; returns the window afterwards.</summary>
    private static uint UseHalf(SessionHarness s, uint window, uint id = 1)
    {
        for (uint left = window / 2; left > 0;)
        {
            uint part = Math.Min(left, YamuxLimits.MaxFrameBody);
            s.Feed(Data(id, (int)part));
            left -= part;
        }

        s.Received.Clear();
        uint grown = s.Session.Consume(id, window / 2, s.Now);
        Assert.True(s.Session.TryDequeue(out YamuxHeader credit));
        Assert.Equal((window / 2) + grown - window, credit.Length);
        return grown;
    }
}
