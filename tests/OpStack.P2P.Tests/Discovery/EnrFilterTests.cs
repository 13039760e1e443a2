using System.Net;
using OpStack.Discv5.Records;
using OpStack.P2P.Discovery;
using OpStack.P2P.Peers;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Discovery;

/// <summary>Attack table row 57: records that are not of our peers are filtered and counted by reason.</summary>
[Trait("Row", "57")]
public sealed class EnrFilterTests
{
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<EnrRejection, int> Cases => new()
    {
        { EnrRejection.None, 0 },
        { EnrRejection.MissingKey, 1 },
        { EnrRejection.DecodeError, 2 },
        { EnrRejection.InvalidVersion, 3 },
        { EnrRejection.InvalidChainId, 4 },
        { EnrRejection.NoTcpAddress, 5 },
        { EnrRejection.PrivateAddress, 6 },
        { EnrRejection.PrivateAddress, 7 },
        { EnrRejection.PrivateAddress, 8 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_fault_is_refused_and_counted_under_its_reason(EnrRejection expected, int number)
    {
        Enr record = number switch
        {
            1 => TestRecords.Of(1, chainId: null),
            2 => TestRecords.Of(1, change: b => b.Set(OpStackEnr.Key, [0x80])),
            3 => TestRecords.Of(1, change: b => b.Set(OpStackEnr.Key, new OpStackEnr(TestRecords.ChainId, 1).Encode())),
            4 => TestRecords.Of(1, chainId: 10),
            5 => TestRecords.Of(1, change: b => b.Remove("tcp")),
            6 => TestRecords.Of(1, ip: "192.168.1.1"),
            7 => TestRecords.Of(1, ip: "127.0.0.1"),
            8 => TestRecords.Of(1, change: b => b.Remove("ip").SetIp(IPAddress.Parse("fd00::1"))),
            _ => TestRecords.Of(1),
        };
        EnrFilter filter = Filter();

        Assert.Equal(expected, filter.Judge(record));
        Assert.Equal(1, filter.CountOf(expected));
        Assert.Equal(1, Enum.GetValues<EnrRejection>().Sum(filter.CountOf));
        Assert.Equal(expected is EnrRejection.None or EnrRejection.NoTcpAddress or EnrRejection.PrivateAddress, filter.IsStorable(record));
    }

    [Fact]
    public void Our_own_record_is_not_a_peer_s()
    {
        Assert.Equal(EnrRejection.OwnRecord, Filter().Judge(TestRecords.Of(0)));
        Assert.False(Filter().IsStorable(TestRecords.Of(0)));
    }

    [Fact]
    public void A_private_network_takes_private_addresses() =>
        Assert.Equal(EnrRejection.None, Filter(allowPrivate: true).Judge(TestRecords.Of(1, ip: "127.0.0.1")));

    [Fact]
    public void A_ban_holds_for_its_time_by_node_and_by_address()
    {
        EnrFilter filter = Filter();
        filter.Ban(TestRecords.Of(1).NodeId, TimeSpan.FromHours(1));
        filter.Ban(IPAddress.Parse("52.9.9.9"), TimeSpan.FromHours(2));
        filter.Ban(IPAddress.Parse("52.9.9.9"), TimeSpan.FromMinutes(1)); // Shortens nothing.

        Assert.Equal(EnrRejection.Banned, filter.Judge(TestRecords.Of(1)));
        Assert.Equal(EnrRejection.Banned, filter.Judge(TestRecords.Of(2, ip: "52.9.9.9")));
        Assert.Equal(EnrRejection.None, filter.Judge(TestRecords.Of(2)));
        Assert.False(filter.IsStorable(TestRecords.Of(1)));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(EnrRejection.None, filter.Judge(TestRecords.Of(1)));
        Assert.Equal(EnrRejection.Banned, filter.Judge(TestRecords.Of(2, ip: "52.9.9.9")));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(EnrRejection.None, filter.Judge(TestRecords.Of(2, ip: "52.9.9.9")));
    }

    private EnrFilter Filter(bool allowPrivate = false) => new(TestRecords.ChainId, TestRecords.Of(0).NodeId, allowPrivate, _time);
}
