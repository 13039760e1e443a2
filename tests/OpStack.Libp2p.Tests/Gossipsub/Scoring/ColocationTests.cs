using System.Net;
using OpStack.Libp2p.Gossipsub.Scoring;
using static OpStack.Libp2p.Tests.Gossipsub.Scoring.ScoreHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>P6.</summary>
public class ColocationTests
{
    private static readonly PeerScoreParams Params = Off with { IPColocationFactorWeight = -35, IPColocationFactorThreshold = 10 };

    [Theory]
    [InlineData(10, 0)]
    [InlineData(11, -35)] // (11 - 10)^2 * -35
    [InlineData(13, -315)] // 3^2 * -35
    public void The_square_of_peers_beyond_the_threshold(int peers, double expected)
    {
        ScoreHarness score = Crowd(peers, _ => ["7.7.7.7"]);
        Assert.All(Enumerable.Range(0, peers), peer => Assert.Equal(expected, score[peer]));
    }

    // Row 39, its scoring part: sybils that behave perfectly earn at most the topics' cap.
    [Fact, Trait("Row", "39")]
    public void P6_holds_100_perfect_sybils_of_one_address_below_0()
    {
        TopicScoreParams blocks = new() { TopicWeight = 0.8, TimeInMeshWeight = 10 / 1800.0, FirstMessageDeliveriesWeight = 1 };
        ScoreHarness score = new(new PeerScoreParams { TopicScoreCap = 34, Topics = new Dictionary<string, TopicScoreParams> { [Topic] = blocks } });
        for (int peer = 0; peer < 100; peer++)
        {
            score.Connect(peer, "7.7.7.7");
            score.Graft(peer);
        }

        score.Advance(3600);
        for (int peer = 0; peer < 100; peer++)
        {
            score.DeliverMany(peer, 100, peer * 100);
        }

        score.Connect(1000, "8.8.8.8");
        Assert.All(Enumerable.Range(0, 100), peer => Assert.Equal(34 - (35 * 90 * 90), score[peer]));
        Assert.Equal(0, score[1000]);
    }

    [Fact, Trait("Row", "39")]
    public void P6_counts_100_sybils_spread_over_one_IPv6_64()
    {
        ScoreHarness score = Crowd(100, n => [$"2001:db8:0:1::{n + 1:x}"]);
        Assert.All(Enumerable.Range(0, 100), peer => Assert.Equal(-35 * 90 * 90, score[peer]));
        Assert.Equal(101, score.Score.AddressCount);
    }

    [Fact]
    public void IPv6_counts_by_address_and_by_64()
    {
        // 12 at one address, 13 in its /64: 2^2 + 3^2.
        ScoreHarness score = Crowd(13, n => [n < 12 ? "2001:db8::5" : "2001:db8::6"]);
        Assert.Equal(-35 * 13, score[0]);
        Assert.Equal(-35 * 9, score[12]);
        score.Connect(13, "2001:db8:0:0:ffff::1");
        score.Connect(14, "2001:db8:0:1::1");
        Assert.Equal(-35 * 16, score[13]);
        Assert.Equal(0, score[14]);
    }

    [Fact]
    public void Each_address_of_a_peer_counts_and_once()
    {
        ScoreHarness score = Crowd(12, _ => ["7.7.7.7", "7.7.7.7", "::ffff:7.7.7.7", "9.9.9.9"]);
        Assert.Equal(-35 * (4 + 4), score[0]);
        Assert.Equal(12, score.Explain(0).Terms.Single(term => term.Name == "P6").Counter);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Loopback_never_counts(string address)
    {
        ScoreHarness score = Crowd(50, _ => [address]);
        Assert.Equal(0, score[0]);
        Assert.Equal(0, score.Score.AddressCount);
    }

    [Theory]
    [InlineData("7.7.0.0/16", "7.7.7.7", 0)]
    [InlineData("7.7.7.7/32", "7.7.7.7", 0)]
    [InlineData("7.7.7.8/32", "7.7.7.7", -140)] // 2^2 * -35
    [InlineData("0.0.0.0/0", "7.7.7.7", 0)]
    [InlineData("0.0.0.0/0", "2001:db8::1", -280)] // address and /64
    [InlineData("2001:db8::/32", "2001:db8::1", 0)]
    [InlineData("2001:db8::1/128", "2001:db8::1", -140)] // the /64 still counts
    [InlineData("2001:db8::/128", "2001:db8::", -140)] // also where it starts with the one address
    [InlineData("::/0", "7.7.7.7", 0)]
    [InlineData("::ffff:7.7.0.0/112", "7.7.7.7", 0)]
    public void The_whitelist_exempts_addresses_and_64s_it_holds_whole(string network, string address, double expected)
    {
        ScoreHarness score = new(Params with { IPColocationFactorWhitelist = [IPNetwork.Parse(network)] });
        for (int peer = 0; peer < 12; peer++)
        {
            score.Connect(peer, address);
        }

        Assert.Equal(expected, score[0]);
    }

    [Fact]
    public void An_address_given_up_no_longer_counts()
    {
        ScoreHarness score = Crowd(12, _ => ["7.7.7.7"]);
        for (int peer = 0; peer < 12; peer++)
        {
            score.Score.SetAddresses(Peer(peer), [IPAddress.Parse($"9.9.9.{peer}")]);
            Assert.Equal(0, score[peer]);
        }

        Assert.Equal(12, score.Score.AddressCount);
    }

    [Fact]
    public void Peers_that_left_count_until_their_score_is_forgotten()
    {
        ScoreHarness score = Crowd(12, _ => ["7.7.7.7"]);
        for (int peer = 1; peer < 12; peer++)
        {
            score.Disconnect(peer);
            Assert.Equal(-140, score[0]); // leaving neither helps nor hurts the one that stays
        }

        score.Advance(Params.RetainScore.TotalSeconds);
        Assert.Equal(-140, score[0]);
        score.Advance(1);
        Assert.Equal(0, score[0]);
        Assert.Equal(1, score.Score.AddressCount);
    }

    [Fact]
    public void A_peer_that_comes_back_counts_once()
    {
        ScoreHarness score = Crowd(11, _ => ["7.7.7.7"]);
        for (int i = 0; i < 20; i++)
        {
            score.Disconnect(10);
            score.Connect(10, "7.7.7.7");
        }

        Assert.Equal(-35, score[0]);
    }

    [Fact]
    public void Peers_with_a_positive_score_stop_counting_when_they_leave()
    {
        ScoreHarness score = new(Params with { AppSpecificWeight = 1, AppSpecificScore = _ => 1000 });
        for (int peer = 0; peer < 12; peer++)
        {
            score.Connect(peer, "7.7.7.7");
        }

        Assert.Equal(1000 - 140, score[0]);
        score.Disconnect(1);
        Assert.Equal(1000 - 35, score[0]);
        Assert.Equal(0, score[1]);
    }

    [Fact]
    public void More_addresses_than_connections_do_not_count()
    {
        ScoreHarness score = new(Params);
        score.Connect(1, [.. Enumerable.Range(1, 200).Select(n => $"7.7.7.{n}")]);
        Assert.Equal(ScoringLimits.MaxAddressesPerPeer, score.Score.AddressCount);
        Assert.Equal(ScoringLimits.MaxAddressesPerPeer, score.Explain(1).Addresses.Count);
    }

    private static ScoreHarness Crowd(int peers, Func<int, string[]> addresses)
    {
        ScoreHarness score = new(Params);
        for (int peer = 0; peer < peers; peer++)
        {
            score.Connect(peer, addresses(peer));
        }

        return score;
    }
}
