using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Filter;

/// <summary>Rates, budget and bans are the host's to set.</summary>
public sealed class FilterOptionTests
{
    private static readonly IPEndPoint Source = IPEndPoint.Parse("81.2.69.142:9000");
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5);

    [Fact]
    public void Rates_are_those_of_the_options()
    {
        PacketFilter filter = new(new FilterOptions { PacketsPerAddress = 30, PacketsPerNode = 20, Challenges = 10 });
        Assert.Equal(30, Passed(100, _ => filter.CheckAddress(Source, 100, Start)));
        Assert.Equal(20, Passed(100, _ => filter.CheckNode(Source, TestNode.Zero, Start)));
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => filter.TryTakeChallenge(Start)));
    }

    [Fact]
    public void Without_rate_limits_bans_and_budgets_hold_still()
    {
        PacketFilter filter = new(new FilterOptions { RateLimits = false, ReadBudget = 5_000, Challenges = 3 });
        Assert.Equal(50, Passed(100, _ => filter.CheckAddress(Source, 100, Start)));
        Assert.Equal(FilterVerdict.ReadBudget, filter.CheckAddress(Source, 100, Start));
        Assert.Equal(100, Passed(100, _ => filter.CheckNode(Source, TestNode.Zero, Start)));
        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => filter.TryTakeChallenge(Start)));
        filter.Ban(Source.Address, TimeSpan.FromHours(1), Start);
        Assert.Equal(FilterVerdict.BannedAddress, filter.CheckAddress(Source, 100, Start));
    }

    [Fact]
    public void Identities_and_banned_nodes_that_ban_an_address_and_for_how_long_are_options()
    {
        TimeSpan minute = TimeSpan.FromMinutes(1);
        PacketFilter filter = new(new FilterOptions { MaxNodesPerAddress = 3, MaxBannedNodesPerAddress = 2, BanDuration = minute });
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(i => filter.IdentityProven(Source, Node(i), Start)));
        Assert.Equal(new BannedPeer(null, Source.Address, minute), Assert.Single(filter.Bans(Start)));
        Assert.Empty(filter.Bans(Start + minute));

        IPAddress other = IPAddress.Parse("81.2.69.143");
        filter.Ban(Node(1), other, minute, Start);
        Assert.True(filter.Permits(Node(9), other, Start));
        filter.Ban(Node(2), other, minute, Start);
        Assert.False(filter.Permits(Node(9), other, Start));
        Assert.True(filter.Permits(Node(9), other, Start + minute));
    }

    [Fact]
    [Trait("Row", "51")]
    public void A_flood_from_everywhere_is_read_at_250_kilobytes_a_second_and_awaited_answers_come_through()
    {
        PacketFilter filter = new(new FilterOptions());
        long read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            // 12.8 MB in ten seconds, each datagram from a host of its own.
            TimeSpan now = Start + (i * TimeSpan.FromMilliseconds(0.5));
            IPEndPoint from = new(new IPAddress([(byte)(11 + (i / 250 / 250)), (byte)(i / 250 % 250), (byte)(i % 250), 1]), 9000);
            read += filter.CheckAddress(from, 640, now) == FilterVerdict.Pass ? 640 : 0;
            filter.Expect(Source);
            Assert.Equal(FilterVerdict.Pass, filter.CheckAddress(Source, 1280, now));
            filter.StopExpecting(Source);
            Assert.Equal(FilterVerdict.Pass, filter.CheckAddress(IPEndPoint.Parse("192.168.0.9:9000"), 1280, now));
        }

        // The first second's worth at once, and ten more.
        Assert.InRange(read, 2_740_000, 2_750_000);
    }

    [Fact]
    public void What_one_host_sends_too_much_takes_nothing_from_the_others()
    {
        PacketFilter filter = new(new FilterOptions { ReadBudget = 20_000 });
        Assert.Equal(9, Passed(10_000, i => filter.CheckAddress(new IPEndPoint(Source.Address, i + 1), 1280, Start)));
        Assert.Equal(FilterVerdict.Pass, filter.CheckAddress(IPEndPoint.Parse("81.2.69.143:9000"), 1280, Start));
    }

    private static NodeId Node(int salt) => TestNode.IdAt(TestNode.Zero, 200, salt);

    private static int Passed(int count, Func<int, FilterVerdict> check) => Enumerable.Range(0, count).Count(i => check(i) == FilterVerdict.Pass);
}
