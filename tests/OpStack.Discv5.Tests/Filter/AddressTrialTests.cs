using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Filter;

/// <summary>An address from votes is kept only if strangers reach us there.</summary>
public sealed class AddressTrialTests
{
    private static readonly IPEndPoint Ours = IPEndPoint.Parse("81.2.69.142:9222");
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5), Duration = TimeSpan.FromMinutes(5);
    private readonly AddressTrial _trial = new(Duration);

    [Fact]
    public void Two_hosts_within_five_minutes_confirm()
    {
        _trial.Begin(Ours, Start);
        Assert.Equal(Start + Duration, _trial.Deadline);
        Assert.False(_trial.TryConfirm(TestNode.Endpoint(1).Address, out _));
        Assert.True(_trial.TryConfirm(TestNode.Endpoint(2).Address, out IPEndPoint? confirmed));
        Assert.Equal(Ours, confirmed);
        Assert.Equal(TimeSpan.MaxValue, _trial.Deadline);
        Assert.False(_trial.TryExpire(Start + TimeSpan.FromDays(1), out _));
        Assert.False(_trial.TryConfirm(TestNode.Endpoint(3).Address, out _));
    }

    [Theory]
    [InlineData("192.168.1.{0}")]
    [InlineData("127.0.0.{0}")]
    [InlineData("100.64.0.{0}")]
    public void Hosts_on_our_side_of_the_nat_do_not(string format)
    {
        _trial.Begin(Ours, Start);
        for (int i = 1; i < 100; i++)
        {
            Assert.False(_trial.TryConfirm(IPAddress.Parse(string.Format(null, format, i)), out _));
        }

        Assert.True(_trial.TryExpire(Start + Duration, out _));
    }

    [Fact]
    public void One_host_however_often_does_not()
    {
        _trial.Begin(Ours, Start);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(_trial.TryConfirm(TestNode.Endpoint(1).Address, out IPEndPoint? _)));
        Assert.False(_trial.TryExpire(Start + Duration - TimeSpan.FromTicks(1), out _));
        Assert.True(_trial.TryExpire(Start + Duration, out IPEndPoint? refuted));
        Assert.Equal(Ours, refuted);
    }

    [Fact]
    public void After_a_lost_trial_no_votes_count_for_six_hours()
    {
        Assert.True(_trial.VotesCount(Start));
        _trial.Begin(Ours, Start);
        Assert.True(_trial.VotesCount(Start));
        TimeSpan lost = Start + Duration;
        Assert.True(_trial.TryExpire(lost, out _));
        Assert.False(_trial.VotesCount(lost));
        Assert.False(_trial.VotesCount(lost + TimeSpan.FromHours(6) - TimeSpan.FromTicks(1)));
        Assert.True(_trial.VotesCount(lost + TimeSpan.FromHours(6)));
    }

    [Fact]
    public void Another_address_begins_anew()
    {
        _trial.Begin(Ours, Start);
        Assert.False(_trial.TryConfirm(TestNode.Endpoint(1).Address, out _));
        IPEndPoint other = new(Ours.Address, 9223);
        _trial.Begin(other, Start + TimeSpan.FromMinutes(4));
        Assert.False(_trial.TryConfirm(TestNode.Endpoint(2).Address, out _));
        Assert.False(_trial.TryExpire(Start + Duration, out _));
        Assert.True(_trial.TryExpire(Start + TimeSpan.FromMinutes(9), out IPEndPoint? refuted));
        Assert.Equal(other, refuted);
    }

    [Theory]
    [InlineData("192.168.1.7:9222")]
    [InlineData("127.0.0.1:9222")]
    public void Local_addresses_are_not_tried(string endpoint)
    {
        _trial.Begin(Ours, Start);
        _trial.Begin(IPEndPoint.Parse(endpoint), Start);
        Assert.Equal(TimeSpan.MaxValue, _trial.Deadline);
    }

    [Fact]
    public void Without_a_duration_there_is_no_trial()
    {
        AddressTrial none = new(null);
        none.Begin(Ours, Start);
        Assert.False(none.TryExpire(TimeSpan.MaxValue - TimeSpan.FromTicks(1), out _));
        Assert.True(none.VotesCount(Start));
    }
}
