using System.Reflection;
using OpStack.Libp2p.Connections;

namespace OpStack.Libp2p.Tests.Connections;

public sealed class ConnectionLimitsTests
{
    public static TheoryData<string, object> WrongSettings => new()
    {
        { nameof(ConnectionLimits.MaxConnections), 0 },
        { nameof(ConnectionLimits.MaxInbound), -1 },
        { nameof(ConnectionLimits.MaxInbound), 119 },
        { nameof(ConnectionLimits.MaxOutbound), 129 },
        { nameof(ConnectionLimits.MaxOutbound), 9 },
        { nameof(ConnectionLimits.MaxHalfOpenInbound), 0 },
        { nameof(ConnectionLimits.MaxPerAddress), 0 },
        { nameof(ConnectionLimits.Ip6PrefixLength), 31 },
        { nameof(ConnectionLimits.Ip6PrefixLength), 129 },
        { nameof(ConnectionLimits.AddressBurst), 0 },
        { nameof(ConnectionLimits.AddressInterval), TimeSpan.Zero },
        { nameof(ConnectionLimits.MaxRatedAddresses), 0 },
        { nameof(ConnectionLimits.MaxRatedAddresses), 1_000_001 },
        { nameof(ConnectionLimits.MaxPerPeer), 0 },
        { nameof(ConnectionLimits.MaxInboundStreamsPerPeer), 0 },
        { nameof(ConnectionLimits.MaxOutboundStreamsPerPeer), 0 },
        { nameof(ConnectionLimits.MemoryPerPeer), (256L * 1024) - 1 },
        { nameof(ConnectionLimits.LowWater), 31 },
        { nameof(ConnectionLimits.LowWater), 0 },
        { nameof(ConnectionLimits.HighWater), 129 },
        { nameof(ConnectionLimits.Grace), TimeSpan.FromTicks(-1) },
        { nameof(ConnectionLimits.TrimInterval), TimeSpan.FromDays(2) },
        { nameof(ConnectionLimits.OutboundReserve), 21 },
        { nameof(ConnectionLimits.OutboundReserve), -1 },
        { nameof(ConnectionLimits.MaxTaggedPeers), 0 },
        { nameof(ConnectionLimits.MaxDials), 0 },
        { nameof(ConnectionLimits.MaxQueuedDials), -1 },
        { nameof(ConnectionLimits.BackoffBase), TimeSpan.FromMinutes(6) },
        { nameof(ConnectionLimits.BackoffMax), TimeSpan.Zero },
        { nameof(ConnectionLimits.MaxBackoffs), 0 },
    };

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void A_wrong_setting_names_itself(string setting, object value)
    {
        ConnectionLimits limits = new();
        typeof(ConnectionLimits).GetProperty(setting)!.SetValue(limits, value);

        ArgumentException e = Assert.Throws<ArgumentException>(limits.Validate);

        Assert.StartsWith($"ConnectionLimits.{setting} ", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(new SwarmOptions { Limits = limits }.Validate);
    }

    [Fact]
    public void Every_setting_has_a_wrong_value_here_and_the_defaults_are_right()
    {
        new ConnectionLimits().Validate();
        Assert.Equal(
            typeof(ConnectionLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name).Order(StringComparer.Ordinal),
            WrongSettings.Select(row => (string)row[0]).Distinct().Order(StringComparer.Ordinal));
    }
}
