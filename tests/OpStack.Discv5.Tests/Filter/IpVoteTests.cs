using System.Net;
using System.Net.Sockets;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Filter;

public sealed class IpVoteTests
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;
    private static readonly IPEndPoint Ours = IPEndPoint.Parse("81.2.69.142:9222"), Lie = IPEndPoint.Parse("8.8.4.4:9222");
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5);

    [Fact]
    [Trait("Row", "56")]
    public void Nine_liars_against_ten_honest_change_nothing()
    {
        IpVote vote = new();
        Cast(vote, 0, 10, Ours);
        Cast(vote, 10, 9, Lie);
        Assert.Null(vote.Majority(V4, Start));

        // Nor do they if the liars come first, nor the liars alone.
        IpVote reversed = new();
        Cast(reversed, 10, 9, Lie);
        Cast(reversed, 0, 10, Ours);
        Assert.Null(reversed.Majority(V4, Start));
        IpVote alone = new();
        Cast(alone, 0, 9, Lie);
        Assert.Null(alone.Majority(V4, Start));
    }

    [Fact]
    public void Liars_who_disagree_do_not_hide_the_truth()
    {
        IpVote vote = new();
        Cast(vote, 0, 10, Ours);
        for (int i = 0; i < 9; i++)
        {
            Cast(vote, 10 + i, 1, TestNode.Endpoint(i));
        }

        Assert.Equal(Ours, vote.Majority(V4, Start));
    }

    [Theory]
    [InlineData(9, 0, false)]
    [InlineData(10, 0, true)]
    [InlineData(10, 6, true)]
    [InlineData(10, 7, false)]
    [InlineData(15, 10, true)] // round(10.5) = 11
    [InlineData(15, 11, false)]
    [InlineData(100, 69, true)]
    [InlineData(100, 70, false)]
    public void The_winner_needs_ten_and_the_second_less_than_seven_tenths(int votes, int others, bool wins)
    {
        IpVote vote = new();
        Cast(vote, 0, votes, Ours);
        Cast(vote, votes, others, Lie);
        Assert.Equal(wins ? Ours : null, vote.Majority(V4, Start));
    }

    [Fact]
    public void A_port_of_ours_is_part_of_the_vote()
    {
        IpVote vote = new();
        Cast(vote, 0, 9, Ours);
        Cast(vote, 9, 1, new IPEndPoint(Ours.Address, 1));
        Assert.Null(vote.Majority(V4, Start));
    }

    [Fact]
    public void A_vote_counts_for_two_minutes()
    {
        IpVote vote = new();
        Cast(vote, 0, 10, Ours);
        Assert.Equal(Ours, vote.Majority(V4, Start + TimeSpan.FromSeconds(119.9)));
        Assert.Null(vote.Majority(V4, Start + TimeSpan.FromSeconds(120)));
        Assert.Equal(0, vote.Count(V4));
    }

    [Fact]
    public void A_node_has_one_vote_and_so_has_a_host()
    {
        IpVote vote = new();
        for (int i = 0; i < 50; i++)
        {
            Assert.True(vote.Add(TestNode.Zero, TestNode.Endpoint(i).Address, Ours, Start));
            Assert.True(vote.Add(TestNode.IdAt(TestNode.Zero, 200, i), Lie.Address, Ours, Start));
        }

        Assert.Equal(2, vote.Count(V4));
        Cast(vote, 100, 8, Ours);
        Assert.Equal(Ours, vote.Majority(V4, Start));
        vote.Add(TestNode.Zero, IPAddress.Parse("9.9.9.9"), Lie, Start);
        Assert.Null(vote.Majority(V4, Start));
    }

    [Fact]
    public void The_nodes_of_a_devnet_vote_each_for_itself()
    {
        IpVote vote = new();
        for (int i = 0; i < 10; i++)
        {
            vote.Add(TestNode.IdAt(TestNode.Zero, 200, i), IPAddress.Loopback, IPEndPoint.Parse("127.0.0.1:9222"), Start);
        }

        Assert.Equal("127.0.0.1:9222", vote.Majority(V4, Start)?.ToString());
    }

    [Fact]
    public void The_families_are_apart()
    {
        IpVote vote = new();
        IPEndPoint v6 = IPEndPoint.Parse("[2a00::7]:9222");
        Cast(vote, 0, 10, Ours);
        CastV6(vote, 0, 9, v6);
        Assert.Equal(Ours, vote.Majority(V4, Start));
        Assert.Null(vote.Majority(V6, Start));
        CastV6(vote, 9, 1, v6);
        Assert.Equal(v6, vote.Majority(V6, Start));
        Cast(vote, 20, 10, new IPEndPoint(IPAddress.Parse("::ffff:81.2.69.142"), 9222));
        Assert.Equal(20, vote.Count(V4));
        vote.Clear(V4);
        Assert.Equal(0, vote.Count(V4));
        Assert.Equal(v6, vote.Majority(V6, Start));
    }

    [Fact]
    [Trait("Row", "56")]
    public void Five_hundred_64s_of_one_liars_48_have_one_vote_against_ten_honest()
    {
        IpVote vote = new();
        IPEndPoint ours = IPEndPoint.Parse("[2a00::7]:9222"), lie = IPEndPoint.Parse("[2a00::8]:9222");
        CastV6(vote, 0, 10, ours);
        for (int i = 100; i < 600; i++)
        {
            Assert.True(vote.Add(TestNode.IdAt(TestNode.Zero, 220, i), IPAddress.Parse($"2a01:1:2:{i:x}::1"), lie, Start));
        }

        Assert.Equal(ours, vote.Majority(V6, Start));
        Assert.Equal(11, vote.Count(V6));
    }

    [Fact]
    [Trait("Row", "56")]
    public void Five_hundred_ipv6_hosts_of_one_liar_have_no_say_in_our_ipv4_address()
    {
        IpVote vote = new();
        Cast(vote, 0, 12, Ours);
        for (int i = 100; i < 600; i++)
        {
            Assert.False(vote.Add(TestNode.IdAt(TestNode.Zero, 220, i), V6Host(i), Lie, Start));
        }

        Assert.Equal(Ours, vote.Majority(V4, Start));
        Assert.False(vote.Add(TestNode.Zero, TestNode.Endpoint(1).Address, IPEndPoint.Parse("[64:ff9b::5102:458e]:9222"), Start));
        Assert.Equal((12, 0), (vote.Count(V4), vote.Count(V6)));
    }

    [Theory]
    [InlineData("0.0.0.0:9222")]
    [InlineData("[::]:9222")]
    [InlineData("81.2.69.142:0")]
    [InlineData("127.0.0.1:9222")]
    [InlineData("192.168.1.1:9222")]
    [InlineData("224.0.0.1:9222")]
    [InlineData("[2001:db8::1]:9222")]
    public void What_the_voter_cannot_know_is_no_vote(string endpoint)
    {
        IpVote vote = new();
        Assert.False(vote.Add(TestNode.Zero, Lie.Address, IPEndPoint.Parse(endpoint), Start));
        Assert.Equal(0, vote.Count(V4) + vote.Count(V6));
    }

    [Fact]
    public void Votes_are_bounded()
    {
        IpVote vote = new();
        Cast(vote, 0, 5_000, Ours);
        Assert.Equal(FilterLimits.MaxVotes, vote.Count(V4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpVote(1));
    }

    private static void CastV6(IpVote vote, int first, int count, IPEndPoint observed)
    {
        for (int i = first; i < first + count; i++)
        {
            Assert.True(vote.Add(TestNode.IdAt(TestNode.Zero, 220, i), V6Host(i), observed, Start));
        }
    }

    /// <summary>A /48 of its own for each number.</summary>
    private static IPAddress V6Host(int number) => IPAddress.Parse($"2a00:1:{number:x}::1");

    private static void Cast(IpVote vote, int first, int count, IPEndPoint observed)
    {
        for (int i = first; i < first + count; i++)
        {
            Assert.True(vote.Add(TestNode.IdAt(TestNode.Zero, 220, i), TestNode.Endpoint(i).Address, observed, Start));
        }
    }
}
