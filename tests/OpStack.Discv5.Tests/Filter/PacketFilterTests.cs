using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Tests.Routing;
using OpStack.P2P.TestKit;

namespace OpStack.Discv5.Tests.Filter;

public sealed class PacketFilterTests
{
    private static readonly IPEndPoint Source = IPEndPoint.Parse("81.2.69.142:9000");
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void An_address_has_nine_packets_a_second_over_all_its_ports()
    {
        PacketFilter filter = new(new FilterOptions());
        int passed = Enumerable.Range(0, 10_000).Count(i => Check(filter, new IPEndPoint(Source.Address, 1 + i), Start) == FilterVerdict.Pass);
        Assert.Equal(9, passed);
        Assert.Equal(FilterVerdict.AddressRate, Check(filter, Source, Start));
        Assert.Equal(FilterVerdict.Pass, Check(filter, IPEndPoint.Parse("81.2.69.143:9000"), Start));
        Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start + TimeSpan.FromMilliseconds(112)));
        Assert.Equal(FilterVerdict.AddressRate, Check(filter, Source, Start + TimeSpan.FromMilliseconds(113)));
        Assert.Empty(filter.Bans(Start));
    }

    [Fact]
    public void An_ipv6_host_is_its_whole_64()
    {
        PacketFilter filter = new(new FilterOptions());
        int passed = Enumerable.Range(1, 1000).Count(i => Check(filter, IPEndPoint.Parse($"[2a00:1:2:3::{i:x}]:9000"), Start) == FilterVerdict.Pass);
        Assert.Equal(9, passed);
    }

    [Fact]
    public void A_node_has_eight_packets_a_second_at_each_address()
    {
        PacketFilter filter = new(new FilterOptions());
        NodeId node = TestNode.IdAt(TestNode.Zero, 200, 1);
        Assert.Equal(8, Enumerable.Range(0, 100).Count(_ => filter.CheckNode(Source, node, Start) == FilterVerdict.Pass));
        Assert.Equal(FilterVerdict.NodeRate, filter.CheckNode(Source, node, Start));

        // Who forges another's id at his own address takes nothing from that node.
        Assert.Equal(FilterVerdict.Pass, filter.CheckNode(IPEndPoint.Parse("8.8.4.4:9000"), node, Start));
    }

    [Theory]
    [InlineData("127.0.0.1:9000")]
    [InlineData("[::1]:9000")]
    [InlineData("192.168.3.4:9000")]
    [InlineData("[::ffff:10.0.0.1]:9000")]
    [InlineData("[fd00::7]:9000")]
    public void Local_hosts_are_exempt_from_what_counts_by_address(string text)
    {
        PacketFilter filter = new(new FilterOptions());
        IPEndPoint source = IPEndPoint.Parse(text);
        for (int i = 0; i < 100; i++)
        {
            NodeId node = TestNode.IdAt(TestNode.Zero, 200, i);
            Assert.Equal(FilterVerdict.Pass, Check(filter, source, Start));
            Assert.Equal(FilterVerdict.Pass, filter.CheckNode(source, TestNode.Zero, Start));
            Assert.True(filter.IdentityProven(source, node, Start));
            filter.Ban(node, source.Address, null, Start);
        }

        Assert.All(filter.Bans(Start), ban => Assert.NotNull(ban.Node));
        filter.Ban(source.Address, null, Start);
        Assert.Equal(FilterVerdict.BannedAddress, Check(filter, source, Start));
    }

    [Fact]
    public void Expected_answers_pass_the_rates_until_they_came()
    {
        PacketFilter filter = new(new FilterOptions());
        filter.Expect(Source);
        filter.Expect(new IPEndPoint(Source.Address.MapToIPv6(), Source.Port));
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start));
            Assert.Equal(FilterVerdict.Pass, filter.CheckNode(Source, TestNode.Zero, Start));
        }

        filter.StopExpecting(Source);
        Assert.All(Enumerable.Range(0, 16), _ => Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start)));
        filter.StopExpecting(Source);
        filter.StopExpecting(Source);
        Assert.Equal(9, Passed(filter));

        // Another port of the same host is not what we asked.
        filter.Expect(Source);
        Assert.Equal(FilterVerdict.AddressRate, Check(filter, new IPEndPoint(Source.Address, 9001), Start));
    }

    [Fact]
    [Trait("Row", "51")]
    public void Sixteen_packets_for_each_answer_pass_and_then_the_rates_hold()
    {
        PacketFilter filter = new(new FilterOptions());
        filter.Expect(Source);
        filter.Expect(Source);
        Assert.Equal(32 + 9, Passed(filter));

        // What an answer did not need goes with it, however many were awaited before.
        Assert.All(Enumerable.Range(0, 100), _ => filter.Expect(Source));
        Assert.All(Enumerable.Range(0, 100), _ => filter.StopExpecting(Source));
        Assert.Equal(32, Passed(filter));
    }

    [Fact]
    public void Expecting_an_answer_lifts_no_ban_and_no_restriction()
    {
        PacketFilter filter = new(new FilterOptions(), IpNetworkSet.Parse("81.0.0.0/8"));
        IPEndPoint outside = IPEndPoint.Parse("8.8.4.4:9000");
        filter.Expect(outside);
        filter.Expect(Source);
        Assert.Equal(FilterVerdict.NotAllowed, Check(filter, outside, Start));
        Assert.False(filter.Permits(TestNode.Zero, outside.Address, Start));
        Assert.True(filter.Permits(TestNode.Zero, Source.Address, Start));
        filter.Ban(Source.Address, Hour, Start);
        filter.Ban(TestNode.Zero, null, Hour, Start);
        Assert.Equal(FilterVerdict.BannedAddress, Check(filter, Source, Start));
        Assert.Equal(FilterVerdict.BannedNode, filter.CheckNode(Source, TestNode.Zero, Start));
        Assert.False(filter.Permits(TestNode.Zero, Source.Address, Start));
    }

    [Fact]
    public void Challenges_have_one_budget_for_everybody()
    {
        PacketFilter filter = new(new FilterOptions());
        Assert.Equal(500, Enumerable.Range(0, 5000).Count(_ => filter.TryTakeChallenge(Start)));
        Assert.Equal(500, Enumerable.Range(0, 10_000).Count(i => filter.TryTakeChallenge(Start + TimeSpan.FromTicks((i + 1) * 1000))));
    }

    [Fact]
    [Trait("Row", "55")]
    public void The_tenth_identity_of_a_host_bans_it_for_an_hour()
    {
        PacketFilter filter = new(new FilterOptions());
        Assert.All(Enumerable.Range(0, 9), i => Assert.True(filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, i), Start)));
        Assert.True(filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, 3), Start));
        Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start));
        Assert.False(filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, 9), Start));
        Assert.Equal(FilterVerdict.BannedAddress, Check(filter, Source, Start));
        BannedPeer ban = Assert.Single(filter.Bans(Start + TimeSpan.FromMinutes(15)));
        Assert.Equal(new BannedPeer(null, Source.Address, TimeSpan.FromMinutes(45)), ban);
        Assert.Equal(FilterVerdict.BannedAddress, Check(filter, Source, Start + Hour - TimeSpan.FromTicks(1)));
        Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start + Hour));
        Assert.True(filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, 9), Start + Hour));
    }

    [Fact]
    public void Who_is_unbanned_begins_anew()
    {
        PacketFilter filter = new(new FilterOptions());
        Assert.Equal(9, Enumerable.Range(0, 10).Count(i => filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, i), Start)));
        Assert.True(filter.Unban(Source.Address));
        Assert.Equal(9, Enumerable.Range(0, 10).Count(i => filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, i), Start)));
    }

    [Fact]
    public void Identities_older_than_an_hour_do_not_count()
    {
        PacketFilter filter = new(new FilterOptions());
        for (int i = 0; i < 100; i++)
        {
            Assert.True(filter.IdentityProven(Source, TestNode.IdAt(TestNode.Zero, 200, i), Start + (i * TimeSpan.FromMinutes(7))));
        }
    }

    [Fact]
    public void The_fifth_banned_node_of_an_address_bans_it()
    {
        PacketFilter filter = new(new FilterOptions());
        for (int i = 0; i < 4; i++)
        {
            filter.Ban(TestNode.IdAt(TestNode.Zero, 200, i), Source.Address, Hour, Start);
            filter.Ban(TestNode.IdAt(TestNode.Zero, 200, i), Source.Address, Hour, Start);
        }

        Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start));
        filter.Ban(TestNode.IdAt(TestNode.Zero, 200, 4), Source.Address.MapToIPv6(), Hour, Start);
        Assert.Equal(FilterVerdict.BannedAddress, Check(filter, Source, Start));
        Assert.True(filter.Unban(Source.Address));
        Assert.False(filter.Unban(Source.Address));
        Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start));
        Assert.True(filter.Unban(TestNode.IdAt(TestNode.Zero, 200, 4)));
        Assert.Equal(FilterVerdict.Pass, filter.CheckNode(Source, TestNode.IdAt(TestNode.Zero, 200, 4), Start));
    }

    [Fact]
    public void Banned_nodes_whose_time_is_up_do_not_count_for_their_address()
    {
        PacketFilter filter = new(new FilterOptions());
        for (int i = 0; i < 20; i++)
        {
            filter.Ban(TestNode.IdAt(TestNode.Zero, 200, i), Source.Address, TimeSpan.FromMinutes(3.5), Start + (i * TimeSpan.FromMinutes(1)));
        }

        Assert.Equal(FilterVerdict.Pass, Check(filter, Source, Start));
    }

    [Fact]
    public void Bans_are_bounded_and_those_for_ever_stay()
    {
        BanList bans = new();
        bans.Add(TestNode.Zero, null, null, Start);
        bans.Add(Source.Address, TimeSpan.MaxValue, Start);
        for (int i = 1; i <= 6_000; i++)
        {
            bans.Add(TestNode.IdAt(TestNode.Zero, 250, i), null, Hour, Start);
            bans.Add(TestNode.Endpoint(i).Address, Hour, Start);
        }

        Assert.Equal(2 * FilterLimits.MaxBans, bans.Count);
        Assert.True(bans.Contains(TestNode.Zero, Start + TimeSpan.FromDays(9999)));
        Assert.True(bans.Contains(Source.Address, Start + TimeSpan.FromDays(9999)));
        Assert.Equal(2, bans.Snapshot(Start + Hour).Count);
        Assert.All(bans.Snapshot(Start + Hour), ban => Assert.Null(ban.Remaining));
    }

    [Fact]
    public void A_shorter_ban_does_not_cut_a_longer_one()
    {
        BanList bans = new();
        bans.Add(TestNode.Zero, null, Hour, Start);
        bans.Add(TestNode.Zero, null, TimeSpan.FromMinutes(1), Start);
        Assert.True(bans.Contains(TestNode.Zero, Start + TimeSpan.FromMinutes(59)));
        bans.Add(TestNode.Zero, null, null, Start);
        Assert.True(bans.Contains(TestNode.Zero, Start + TimeSpan.FromDays(59)));
        Assert.False(bans.Contains(new NodeId(), Start) && bans.Remove(TestNode.IdAt(TestNode.Zero, 3, 1)));
    }

    [Fact]
    public void What_the_filter_holds_is_bounded_whoever_sends()
    {
        PacketFilter filter = new(new FilterOptions());
        for (int i = 0; i < 50_000; i++)
        {
            IPEndPoint source = TestNode.Endpoint(i);
            NodeId node = TestNode.IdAt(TestNode.Zero, 256, i);
            Check(filter, source, Start);
            filter.CheckNode(source, node, Start);
            filter.IdentityProven(source, node, Start);
            filter.Expect(source);
        }

        int bound = FilterLimits.MaxRatedAddresses + FilterLimits.MaxRatedNodes + FilterLimits.MaxKnownAddresses + FilterLimits.MaxExpectedEndpoints;
        Assert.Equal(bound, filter.StateCount);
    }

    [Fact]
    public void A_packet_costs_the_filter_no_memory()
    {
        PacketFilter filter = new(new FilterOptions());
        NodeId node = TestNode.IdAt(TestNode.Zero, 256, 1);
        Assert.Equal(0, Mutations.AllocatedBy(() => Check(20_000)));

        void Check(int count)
        {
            for (int i = 0; i < count; i++)
            {
                TimeSpan now = Start + TimeSpan.FromMilliseconds(i);
                filter.CheckAddress(Source, 100, now);
                filter.CheckNode(Source, node, now);
                filter.TryTakeChallenge(now);
            }
        }
    }

    /// <summary>How many of a thousand packets at once.</summary>
    private static int Passed(PacketFilter filter) => Enumerable.Range(0, 1000).Count(_ => Check(filter, Source, Start) == FilterVerdict.Pass);

    /// <summary>A small packet.</summary>
    private static FilterVerdict Check(PacketFilter filter, IPEndPoint source, TimeSpan now) => filter.CheckAddress(source, 100, now);
}
