using System.Net;
using OpStack.Libp2p.Connections.Admission;

namespace OpStack.Libp2p.Tests.Connections.Admission;

public sealed class HalfOpenConnectionsTests
{
    private static readonly IPAddress Attacker = IPAddress.Parse("198.51.100.1");
    private static readonly IPAddress Honest = IPAddress.Parse("203.0.113.1");

    private readonly HalfOpenConnections<string> _list = new(4, a => AddressGroup.Of(a, 56));

    [Fact]
    public void At_the_limit_the_oldest_makes_room()
    {
        Assert.All(Enumerable.Range(0, 4), i => Assert.Null(Add($"{i}", Attacker)));
        Assert.Equal("0", Add("4", Attacker));
        Assert.Equal("1", Add("5", Attacker));
        Assert.Equal(4, _list.Count);
    }

    [Fact]
    [Trait("Row", "14")]
    public void A_flood_from_one_address_never_drops_the_handshake_of_another()
    {
        Add("honest", Honest);
        string?[] dropped = [.. Enumerable.Range(0, 1000).Select(i => Add($"{i}", Attacker))];

        Assert.Equal(997, dropped.Count(d => d is not null));
        Assert.DoesNotContain("honest", dropped);
    }

    [Fact]
    public void Of_addresses_that_hold_the_same_the_oldest_makes_room()
    {
        Add("a", Honest);
        Add("b", Attacker);
        Add("c", Attacker);
        Add("d", Honest);
        Assert.Equal("a", Add("e", Attacker));
    }

    [Fact]
    public void What_has_ended_leaves_and_what_is_dropped_says_so()
    {
        HalfOpenConnections<string>.Entry first = _list.Add("first", Attacker, out _), other = _list.Add("other", Honest, out _);
        Assert.Equal(["first"], _list.RemoveAll(Attacker.Equals));
        Assert.Equal((true, false, 1), (first.IsDropped, other.IsDropped, _list.Count));
        _list.Remove(first);
        _list.Remove(other);
        Assert.Equal((false, 0), (other.IsDropped, _list.Count));
    }

    private string? Add(string connection, IPAddress address)
    {
        _list.Add(connection, address, out string? dropped);
        return dropped;
    }
}
