using System.Net;
using OpStack.Discv5.Records;

namespace OpStack.Discv5.Tests.Records;

public sealed class EnrEntryTests
{
    private static readonly IPAddress Ip6 = IPAddress.Parse("2001:db9::1");

    [Fact]
    public void The_ports_of_ip6_stand_in_for_missing_ones()
    {
        Enr record = new EnrBuilder(1).SetIp(Ip6).SetUdp(9000).SetTcp(9001).Build(EnrForge.Key);
        Assert.Equal(new IPEndPoint(Ip6, 9000), record.Udp6);
        Assert.Equal(new IPEndPoint(Ip6, 9001), record.Tcp6);
        Assert.Null(record.Udp4);
        Assert.Null(record.Tcp4);

        record = new EnrBuilder(record).SetIp(IPAddress.Loopback).SetUdp6(9002).SetTcp6(9003).Build(EnrForge.Key);
        Assert.Equal(new IPEndPoint(Ip6, 9002), record.Udp6);
        Assert.Equal(new IPEndPoint(Ip6, 9003), record.Tcp6);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9000), record.Udp4);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9001), record.Tcp4);
    }

    [Theory]
    [InlineData("847f000001", "80")]
    [InlineData("847f000001", "83010000")]
    [InlineData("847f000001", "820001")]
    [InlineData("847f000001", "c101")]
    [InlineData("857f00000100", "822406")]
    [InlineData("80", "822406")]
    [InlineData("c0", "822406")]
    public void An_address_or_port_that_is_none_leaves_the_record_valid_and_the_endpoint_null(string ip, string udp)
    {
        byte[] items = [.. EnrForge.Text("id"), .. EnrForge.Text("v4"), .. EnrForge.Text("ip"), .. Convert.FromHexString(ip),
            .. EnrForge.Text("secp256k1"), .. EnrForge.Text(EnrForge.CompressedKey), .. EnrForge.Text("udp"),
            .. Convert.FromHexString(udp)];
        Assert.True(Enr.TryDecode(EnrForge.Sign([0x01], items), out Enr? record));
        Assert.Null(record.Udp4);
    }

    [Fact]
    public void A_mapped_address_is_no_ip6()
    {
        IPAddress mapped = IPAddress.Parse("::ffff:10.0.0.1");
        Enr record = new EnrBuilder(1).Set("ip6", mapped.GetAddressBytes()).SetUdp(9000).Build(EnrForge.Key);
        Assert.Null(record.Ip6);
        Assert.Null(record.Udp6);

        record = new EnrBuilder(1).SetIp(mapped).SetUdp(9000).Build(EnrForge.Key);
        Assert.Equal(IPEndPoint.Parse("10.0.0.1:9000"), record.Udp4);
    }

    [Fact]
    public void Entries_of_any_kind_are_kept_raw()
    {
        byte[] list = [0xc2, 0x01, 0xc0];
        Enr built = new EnrBuilder(7).SetRaw("eth", list).Set("n", 1234).Set("b", []).Build(EnrForge.Key);
        Assert.True(Enr.TryDecode(built.Encoded.Span, out Enr? record));
        Assert.True(record.TryGetRaw("eth", out ReadOnlyMemory<byte> raw));
        Assert.Equal(list, raw.ToArray());
        Assert.False(record.TryGetBytes("eth", out _));
        Assert.True(record.TryGetUInt64("n", out ulong number));
        Assert.Equal(1234ul, number);
        Assert.True(record.TryGetBytes("b", out ReadOnlyMemory<byte> empty));
        Assert.True(empty.IsEmpty);
        Assert.False(record.TryGetRaw("et", out _));
        Assert.False(record.TryGetRaw("ethe", out _));
    }

    [Fact]
    public void A_key_of_any_bytes_survives_a_new_signature()
    {
        byte[] odd = [0xff, 0x00, 0x80];
        byte[] items = [.. EnrForge.IdAndKey, .. EnrForge.Text(odd), .. EnrForge.Text("value")];
        Assert.True(Enr.TryDecode(EnrForge.Sign([0x01], items), out Enr? record));
        Enr again = new EnrBuilder(record).Build(EnrForge.Key);
        Assert.Equal(record, again);
        Assert.Equal("ÿ\0\u0080", record.Keys[^1]);
        Assert.True(record.TryGetBytes("ÿ\0\u0080", out ReadOnlyMemory<byte> value));
        Assert.Equal("value"u8.ToArray(), value.ToArray());
    }

    [Fact]
    public void An_entry_can_be_removed()
    {
        EnrBuilder builder = new EnrBuilder(1).Set("a", 1).Set("b", 2);
        Assert.Equal(["b", "id", "secp256k1"], builder.Remove("a").Remove("c").Build(EnrForge.Key).Keys);
    }

    [Fact]
    public void The_builder_refuses_what_no_record_may_hold()
    {
        EnrBuilder builder = new(1);
        Assert.Throws<ArgumentException>(() => builder.Set("id", [1]));
        Assert.Throws<ArgumentException>(() => builder.Set("secp256k1", 1));
        Assert.Throws<ArgumentException>(() => builder.Set("\u0100", 1));
        Assert.Throws<ArgumentException>(() => builder.SetRaw("a", [0x81, 0x01]));
        Assert.Throws<ArgumentException>(() => builder.SetRaw("a", [0x01, 0x01]));
        Assert.Throws<ArgumentException>(() => builder.SetRaw("a", []));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.SetUdp(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.SetTcp6(65536));
        Assert.Throws<InvalidOperationException>(() => builder.Set("a", new byte[200]).Build(EnrForge.Key));
    }

    [Fact]
    public void Sequence_numbers_are_milliseconds_and_always_rise()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        Assert.Equal(1_700_000_000_000ul, EnrBuilder.NextSequence(0, now));
        Assert.Equal(1_700_000_000_001ul, EnrBuilder.NextSequence(1_700_000_000_000, now));
        Assert.Equal(1_800_000_000_000ul, EnrBuilder.NextSequence(1_799_999_999_999, now));
        Assert.Equal(1ul, EnrBuilder.NextSequence(0, DateTimeOffset.UnixEpoch.AddDays(-1)));
        Assert.Throws<OverflowException>(() => EnrBuilder.NextSequence(ulong.MaxValue, now));
    }

    [Fact]
    public void Records_are_equal_by_their_bytes()
    {
        Enr one = new EnrBuilder(1).Set("a", 1).Build(EnrForge.Key), same = new EnrBuilder(1).Set("a", 1).Build(EnrForge.Key);
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, new EnrBuilder(1).Set("a", 2).Build(EnrForge.Key));
        Assert.False(one.Equals(null));
    }

    [Fact]
    public void A_contact_needs_no_record()
    {
        IPEndPoint mapped = IPEndPoint.Parse("[::ffff:10.0.0.1]:30303");
        NodeContact fromKey = new(EnrForge.Key.PublicKey, mapped);
        Enr record = new EnrBuilder(1).Build(EnrForge.Key);
        NodeContact fromRecord = new(record, IPEndPoint.Parse("10.0.0.1:30303"));
        Assert.Null(fromKey.Record);
        Assert.Same(record, fromRecord.Record);
        Assert.Equal(fromRecord.Address, fromKey.Address);
        Assert.Equal("a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7", fromKey.NodeId.ToString());
    }

    [Fact]
    public void One_socket_has_one_address()
    {
        NodeId id = NodeId.FromPublicKey(EnrForge.Key.PublicKey);
        NodeAddress scoped = new(id, IPEndPoint.Parse("[fe80::1%3]:1"));
        Assert.Equal(new NodeAddress(id, IPEndPoint.Parse("[fe80::1]:1")), scoped);
        Assert.Equal(0, scoped.EndPoint.Address.ScopeId);
        Assert.NotEqual(new NodeAddress(id, IPEndPoint.Parse("[fe80::1]:2")), scoped);
    }
}
