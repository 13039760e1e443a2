using OpStack.Libp2p.Yamux;
using static OpStack.Libp2p.Tests.Yamux.SessionHarness;

namespace OpStack.Libp2p.Tests.Yamux;

/// <summary>What a peer may not do (attack-cases.md rows 23 to 26, section 1.2): one GoAway 1, no exception, no state.</summary>
public class YamuxViolationTests
{
    private const string GoAway = "000300000000000000000001";

    [Theory]
    [InlineData("010100010000000100000000", "Version")]
    [InlineData("000400010000000100000000", "FrameType")]
    [InlineData("000100110000000100000000", "Flags")]
    [InlineData("000100010000000200000000", "Parity")]
    [InlineData("000100010000000000000000", "StreamId")]
    [InlineData("000000000000000000000001", "StreamId")]
    [InlineData("000200010000000100000001", "StreamId")]
    [InlineData("000300000000000100000000", "StreamId")]
    [InlineData("000200000000000000000001", "Flags")]
    [InlineData("000200030000000000000001", "Flags")]
    [InlineData("000200040000000000000001", "Flags")]
    [InlineData("000000000000000500100001", "FrameTooLarge")]
    [InlineData("0000000000000005ffffffff", "FrameTooLarge")]
    [InlineData("000000010000000100040001", "ReceiveWindowExceeded")]
    [InlineData("0000000100000001ffffffff", "FrameTooLarge")]
    [InlineData("0001000100000001fffc0000", "SendWindowOverflow")]
    [InlineData("0001000100000001ffffffff", "SendWindowOverflow")]
    [Trait("Row", "23")]
    [Trait("Row", "24")]
    internal void RefusedOnAFreshSession(string hex, string violation)
    {
        SessionHarness s = new();
        Assert.Equal($"violation {violation}", s.FeedHex(hex));
        Assert.Equal(GoAway, s.Sent());
        Assert.Equal(0, s.Session.InboundStreams);
        Assert.Equal("", s.Feed(Syn(3)));
        Assert.Equal(YamuxOpenResult.GoingAway, s.Session.TryOpen(s.Now, out _));
    }

    [Fact]
    [Trait("Row", "24")]
    public void TheLargestLegalFirstFramesPass()
    {
        Assert.Equal("opened 1", new SessionHarness().FeedHex("000000010000000100040000"));
        Assert.Equal("opened 1; window 1", new SessionHarness().FeedHex("0001000100000001fffbffff"));
        Assert.Equal("", new SessionHarness().FeedHex("000000000000000500100000"));
    }

    [Fact]
    [Trait("Row", "23")]
    public void CreditTwiceTheMaximumOverflows()
    {
        SessionHarness s = new(isInitiator: true);
        uint id = s.Open();
        s.Sent();
        Assert.Equal("violation SendWindowOverflow", s.Feed(Window(id, uint.MaxValue), Window(id, uint.MaxValue)));
        Assert.Equal(GoAway, s.Sent());
        Assert.Equal(YamuxLimits.InitialWindow, s.Session.SendWindowOf(id).Available);
    }

    [Fact]
    [Trait("Row", "23")]
    public void CreditUpToTheMaximumPassesAndSpendingMakesRoom()
    {
        SessionHarness s = new(isInitiator: true);
        uint id = s.Open();
        uint room = uint.MaxValue - YamuxLimits.InitialWindow;
        Assert.Equal("window 1", s.Feed(Window(id, room)));
        s.Session.SendWindowOf(id).Spend(5);
        Assert.Equal("window 1", s.Feed(Window(id, 5)));
        Assert.Equal(uint.MaxValue, s.Session.SendWindowOf(id).Available);
        Assert.Equal("violation SendWindowOverflow", s.Feed(Window(id, 1)));
    }

    [Fact]
    [Trait("Row", "24")]
    public void MoreThanTheWindowIsRefusedAtTheHeader()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; data 1 200000", s.Feed(Syn(1), Data(1, 200_000)));
        Assert.Equal("violation ReceiveWindowExceeded", s.Feed(Data(1, 62_145)));
        Assert.Equal(200_000, s.Received.Count);
    }

    [Fact]
    [Trait("Row", "23")]
    public void AnEmptyWindowTakesNothing()
    {
        SessionHarness s = new();
        Assert.Equal("opened 1; data 1 262144", s.Feed(Syn(1), Data(1, 262_144), Data(1, 0)));
        Assert.Equal("violation ReceiveWindowExceeded", s.Feed(Data(1, 1)));
    }

    [Fact]
    [Trait("Row", "24")]
    public void DuplicateSynAndIdReuse()
    {
        SessionHarness live = new();
        Assert.Equal("opened 1; violation StreamIdReused", live.Feed(Syn(1), Syn(1)));

        SessionHarness reset = new();
        Assert.Equal("opened 1; reset 1; violation StreamIdReused", reset.Feed(Syn(1), Window(1, 0, YamuxFlags.Rst), Syn(1)));

        SessionHarness refused = new(options: new YamuxOptions { MaxInboundStreams = 1 });
        Assert.Equal("opened 1; violation StreamIdReused", refused.Feed(Syn(1), Syn(3), Syn(3)));

        SessionHarness stillborn = new();
        Assert.Equal("violation StreamIdReused", stillborn.Feed(Window(1, 0, YamuxFlags.Syn | YamuxFlags.Rst), Syn(1)));
    }

    [Fact]
    [Trait("Row", "24")]
    public void IdsFarBelowTheHighestCountAsUsed()
    {
        uint highest = 1 + (2 * YamuxLimits.IdReorderWindow);
        SessionHarness below = new();
        Assert.Equal($"opened {highest}; opened 3; violation StreamIdReused", below.Feed(Syn(highest), Syn(3), Syn(1)));
        SessionHarness jump = new();
        Assert.Equal("opened 1; opened 4294967295; opened 4294967293; violation StreamIdReused",
            jump.Feed(Syn(1), Syn(uint.MaxValue), Syn(uint.MaxValue - 2), Syn(uint.MaxValue)));
    }

    [Fact]
    [Trait("Row", "24")]
    public void EveryIdIsAcceptedExactlyOnce()
    {
        Random random = new(11);
        InboundIds ids = new();
        HashSet<uint> used = [];
        for (int i = 0; i < 20_000; i++)
        {
            uint id = (uint)(1 + (2 * Math.Max(0, (i / 2) + random.Next(-400, 400))));
            Assert.Equal(!used.Contains(id), ids.IsFresh(id));
            if (used.Add(id))
            {
                ids.Use(id);
            }
        }
    }

    [Fact]
    [Trait("Row", "25")]
    public void StreamsBeyondTheLimitAreResetAndTheOthersLive()
    {
        SessionHarness s = new();
        for (uint i = 0; i < 300; i++)
        {
            s.Feed(Syn(1 + (2 * i)));
        }

        string[] sent = s.Sent().Split(' ');
        Assert.Equal(256, s.Session.InboundStreams);
        Assert.Equal(256, sent.Count(f => f.StartsWith("00010002")));
        Assert.Equal(44, sent.Count(f => f.StartsWith("00010008")));
        s.Session.Reset(1, s.Now);
        Assert.Equal("opened 601", s.Feed(Syn(601)));
    }

    [Fact]
    [Trait("Row", "25")]
    public void OpeningWithoutEndIsCutOff()
    {
        SessionHarness s = new();
        int frames = 0;
        for (uint i = 0; i < 100_000 && s.Session.Violation == YamuxViolation.None; i++, frames++)
        {
            s.Feed(Syn(1 + (2 * i)));
        }

        Assert.Equal(256 + YamuxLimits.MaxResets, frames);
        Assert.Equal(YamuxViolation.ResetFlood, s.Session.Violation);
        Assert.EndsWith(GoAway, s.Sent());
    }

    [Theory]
    [InlineData(YamuxFlags.None)]
    [InlineData(YamuxFlags.Syn)]
    [Trait("Row", "25")]
    internal void RapidResetIsCutOff(YamuxFlags withReset)
    {
        SessionHarness s = new();
        uint opened = 0;
        for (uint i = 0; i < 100_000 && s.Session.Violation == YamuxViolation.None; i++, opened++)
        {
            s.Feed(withReset == YamuxFlags.Syn ? [] : Syn(1 + (2 * i)), Window(1 + (2 * i), 0, YamuxFlags.Rst | withReset));
        }

        Assert.Equal((uint)YamuxLimits.MaxResets, opened);
        Assert.InRange(s.Session.InboundStreams, 0, 1);
    }

    [Fact]
    [Trait("Row", "25")]
    public void FewResetsPerSecondAreNoFlood()
    {
        SessionHarness s = new();
        for (uint i = 0; i < 20_000; i++)
        {
            s.Now += TimeSpan.FromSeconds(5) / (YamuxLimits.MaxResets - 1);
            s.Feed(Syn(1 + (2 * i)), Window(1 + (2 * i), 0, YamuxFlags.Rst));
        }

        Assert.Equal(YamuxViolation.None, s.Session.Violation);
    }

    [Fact]
    [Trait("Row", "24")]
    public void MutatedStreamsNeverThrow()
    {
        Random random = new(7);
        byte[] honest = [.. Data(1, 20, YamuxFlags.Syn), .. Window(1, 9), .. Data(1, 5, YamuxFlags.Fin), .. Syn(3), .. Window(3, 0, YamuxFlags.Rst),
            .. Convert.FromHexString("000200010000000000000007"), .. Data(99, 30), .. Syn(5), .. Data(5, 40), .. Convert.FromHexString("000300000000000000000000")];
        HashSet<YamuxViolation> seen = [];
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = [.. honest];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            SessionHarness s = new();
            int cut = random.Next(bytes.Length);
            s.Feed(bytes[..cut], bytes[cut..]);
            seen.Add(s.Session.Violation);
            Assert.InRange(s.Session.InboundStreams, 0, 9);
            Assert.Equal(s.Session.Violation != YamuxViolation.None, s.Sent().Contains(GoAway, StringComparison.Ordinal));
        }

        Assert.Superset(
            new HashSet<YamuxViolation>
            {
                YamuxViolation.None, YamuxViolation.Version, YamuxViolation.FrameType, YamuxViolation.Flags, YamuxViolation.StreamId, YamuxViolation.Parity,
                YamuxViolation.FrameTooLarge, YamuxViolation.ReceiveWindowExceeded,
            },
            seen);
    }
}
