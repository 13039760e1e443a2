using System.Net;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Admission;

namespace OpStack.Libp2p.Tests.Connections.Admission;

public sealed class AddressBudgetTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly AddressBudget _budget = new(new ConnectionLimits());

    [Theory]
    [Trait("Row", "16")]
    [InlineData("203.0.113.{0}", 1)]
    [InlineData("2001:db8:0:ab{0:x2}::1", 256)]
    public void A_hundred_connects_a_second_from_one_address_or_56_hold_8_places(string pattern, int addresses)
    {
        // Of an IPv6 /56 each connect comes from another /64.
        RefusalReason?[] answers =
        [
            .. Enumerable.Range(0, 1000).Select(i => _budget.TryEnter(
                IPAddress.Parse(string.Format(null, pattern, i % addresses)), ConnectionDirection.Inbound, Start + (i * TimeSpan.FromMilliseconds(10)))),
        ];

        Assert.Equal(8, answers.Count(a => a is null));
        Assert.Equal(992, answers.Count(a => a == RefusalReason.AddressLimit));
        Assert.Equal(1, _budget.LiveAddresses);
    }

    [Theory]
    [Trait("Row", "16")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::7")]
    public void An_address_that_reconnects_at_once_gets_its_burst_and_then_one_in_five_seconds(string text)
    {
        IPAddress address = IPAddress.Parse(text);
        Assert.All(Enumerable.Range(0, 16), _ => Assert.Null(Once(address, Start)));
        Assert.Equal(RefusalReason.AddressRate, Once(address, Start));
        Assert.Equal(RefusalReason.AddressRate, Once(address, Start + TimeSpan.FromSeconds(4.99)));

        // A refused one costs nothing: a minute of knocking a hundred times a second lets twelve in.
        int admitted = Enumerable.Range(1, 6000).Count(i => Once(address, Start + (i * TimeSpan.FromMilliseconds(10))) is null);
        Assert.Equal(12, admitted);
        Assert.Equal(0, _budget.LiveAddresses);
    }

    [Fact]
    public void Outbound_connections_count_but_have_no_rate()
    {
        IPAddress address = IPAddress.Parse("203.0.113.7");
        Assert.All(Enumerable.Range(0, 100), _ =>
        {
            Assert.Null(_budget.TryEnter(address, ConnectionDirection.Outbound, Start));
            _budget.Leave(address, ConnectionDirection.Outbound);
        });
        Assert.All(Enumerable.Range(0, 8), _ => Assert.Null(_budget.TryEnter(address, ConnectionDirection.Outbound, Start)));
        Assert.Equal(RefusalReason.AddressLimit, _budget.TryEnter(address, ConnectionDirection.Outbound, Start));
        Assert.Equal(RefusalReason.AddressLimit, _budget.TryEnter(address, ConnectionDirection.Inbound, Start));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:0:ab01::7", "2001:db8:0:abff::1")] // Another customer of the same /56.
    public void Eight_inbound_connections_of_an_address_do_not_keep_us_from_dialling_it(string theirs, string wanted)
    {
        IPAddress address = IPAddress.Parse(wanted);
        Assert.All(Enumerable.Range(0, 8), _ => Assert.Null(_budget.TryEnter(IPAddress.Parse(theirs), ConnectionDirection.Inbound, Start)));
        Assert.Equal(RefusalReason.AddressLimit, _budget.TryEnter(IPAddress.Parse(theirs), ConnectionDirection.Inbound, Start));
        Assert.All(Enumerable.Range(0, 8), _ => Assert.Null(_budget.TryEnter(address, ConnectionDirection.Outbound, Start)));
        Assert.Equal(RefusalReason.AddressLimit, _budget.TryEnter(address, ConnectionDirection.Outbound, Start));
        Assert.Equal(16, _budget.LiveOf(address));

        Assert.All(Enumerable.Range(0, 8), _ => _budget.Leave(address, ConnectionDirection.Outbound));
        Assert.All(Enumerable.Range(0, 8), _ => _budget.Leave(address, ConnectionDirection.Inbound));
        Assert.Equal(0, _budget.LiveAddresses);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("::1")]
    public void Loopback_is_exempt(string text)
    {
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(_budget.TryEnter(IPAddress.Parse(text), ConnectionDirection.Inbound, Start)));
        Assert.Equal((0, 0), (_budget.LiveAddresses, _budget.RatedAddresses));
        _budget.Leave(IPAddress.Parse(text), ConnectionDirection.Inbound);
    }

    [Fact]
    public void Neighbours_do_not_share()
    {
        Assert.All(
            new[] { "203.0.113.1", "203.0.113.2", "2001:db8:0:100::1", "2001:db8:0:200::1" },
            text => Assert.All(Enumerable.Range(0, 8), _ => Assert.Null(_budget.TryEnter(IPAddress.Parse(text), ConnectionDirection.Inbound, Start))));
        Assert.Equal(4, _budget.LiveAddresses);
    }

    [Fact]
    public void A_hundred_thousand_addresses_leave_no_more_than_the_limit_behind()
    {
        for (int i = 0; i < 100_000; i++)
        {
            IPAddress address = new([11, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
            Assert.Null(Once(address, Start));
        }

        Assert.Equal((0, new ConnectionLimits().MaxRatedAddresses), (_budget.LiveAddresses, _budget.RatedAddresses));
    }

    private RefusalReason? Once(IPAddress address, TimeSpan now)
    {
        RefusalReason? refusal = _budget.TryEnter(address, ConnectionDirection.Inbound, now);
        if (refusal is null)
        {
            _budget.Leave(address, ConnectionDirection.Inbound);
        }

        return refusal;
    }
}
