using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Peers.Monitoring;

namespace OpStack.P2P.Tests.Peers.Monitoring;

/// <summary>
/// Who is banned and who is spared (attack-cases.md 1.1, lodestar #9562: a node that banned everybody for its own timeouts).
/// </summary>
public sealed class PeerInspectionTests
{
    private static readonly PeerMonitoring Settings = new();

    [Theory]
    [InlineData(-100, 0)]
    [InlineData(-100.001, 1)]
    [InlineData(double.NegativeInfinity, 1)]
    [InlineData(double.NaN, 0)]
    public void Below_the_threshold_is_below_it(double score, int banned) =>
        Assert.Equal(banned, PeerInspection.Judge([Peer(1, score, ScoreCause.InvalidMessages)], Settings).Banned.Count);

    [Fact]
    public void A_protected_peer_is_never_banned() =>
        Assert.Empty(PeerInspection.Judge([Peer(1, -1000, ScoreCause.InvalidMessages, isProtected: true)], Settings).Banned);

    [Theory]
    [InlineData(ScoreCause.InvalidMessages, true)]
    [InlineData(ScoreCause.IpColocation, true)]
    [InlineData(ScoreCause.Behaviour, false)]
    [InlineData(ScoreCause.MeshDeliveries, false)]
    [InlineData(ScoreCause.Application, false)]
    [InlineData(ScoreCause.SlowPeer, false)]
    [InlineData(ScoreCause.Unknown, false)]
    public void With_few_peers_only_what_cannot_be_our_fault_is_banned(ScoreCause cause, bool isBanned)
    {
        InspectionResult few = PeerInspection.Judge([.. Healthy(19), Peer(100, -101, cause)], Settings);
        Assert.Equal((isBanned ? 1 : 0, isBanned ? 0 : 1, 19), (few.Banned.Count, few.Spared.Count, few.Healthy));

        InspectionResult enough = PeerInspection.Judge([.. Healthy(20), Peer(100, -101, cause)], Settings);
        Assert.Equal((1, 0), (enough.Banned.Count, enough.Spared.Count));
    }

    [Fact]
    public void When_more_than_half_fall_at_once_nobody_is_banned_whatever_the_reason()
    {
        InspectionResult fall = PeerInspection.Judge([.. Healthy(15), .. Fallen(16)], Settings);
        Assert.Equal((0, 16), (fall.Banned.Count, fall.Spared.Count));
        InspectionResult half = PeerInspection.Judge([.. Healthy(16), .. Fallen(16)], Settings);
        Assert.Equal((16, 0), (half.Banned.Count, half.Spared.Count));
        InspectionResult three = PeerInspection.Judge([.. Fallen(3)], Settings);
        Assert.Equal((3, 0), (three.Banned.Count, three.Spared.Count));
        InspectionResult many = PeerInspection.Judge([.. Healthy(20), .. Fallen(30)], Settings);
        Assert.Equal((30, 0), (many.Banned.Count, many.Spared.Count));
    }

    [Fact]
    public void Without_a_floor_everybody_below_is_banned_the_worst_first()
    {
        InspectionResult all = PeerInspection.Judge([.. Fallen(10)], Settings with { MinPeers = 0 });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => -209.0 + i), all.Banned.Select(peer => peer.Score.Score));
    }

    [Theory]
    [InlineData(0, 3600, 15, 20, "BanThreshold")]
    [InlineData(double.NaN, 3600, 15, 20, "BanThreshold")]
    [InlineData(-1, 0, 15, 20, "BanDuration")]
    [InlineData(-1, 3600, 0, 20, "InspectionInterval")]
    [InlineData(-1, 3600, 15, -1, "MinPeers")]
    public void Settings_out_of_range_are_named(double threshold, int duration, int interval, int peers, string name)
    {
        PeerMonitoring settings = new()
        {
            BanThreshold = threshold,
            BanDuration = TimeSpan.FromSeconds(duration),
            InspectionInterval = TimeSpan.FromSeconds(interval),
            MinPeers = peers,
        };
        Assert.Equal(name, Assert.Throws<ArgumentException>(settings.Validate).ParamName);
    }

    private static InspectedPeer Peer(int number, double score, ScoreCause cause, bool isProtected = false) =>
        new(TestPeers.Cheap(number), new PeerScoreReading(score, cause), isProtected);

    private static IEnumerable<InspectedPeer> Healthy(int count) => Enumerable.Range(0, count).Select(i => Peer(i, -100, ScoreCause.Behaviour));

    private static IEnumerable<InspectedPeer> Fallen(int count) =>
        Enumerable.Range(0, count).Select(i => Peer(1000 + i, -200 - i, ScoreCause.InvalidMessages));
}
