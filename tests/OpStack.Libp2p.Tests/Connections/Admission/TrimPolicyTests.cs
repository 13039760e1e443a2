using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Connections.Admission;

/// <summary>
/// Each row names connections as direction, age in seconds and worth: "i60+5" is inbound, a minute old, worth 5; "!" after it protects the
/// peer.
/// </summary>
public sealed class TrimPolicyTests
{
    // Low water 2, high water 4, of which the best outbound one is reserved.
    private static readonly ConnectionLimits Limits = new() { LowWater = 2, HighWater = 4, OutboundReserve = 1, Grace = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData("below the high water nobody goes", "i60 i60 i60", "")]
    [InlineData("down to the low water", "i60 i61 i62 i63", "i60 i61")]
    [InlineData("far above it as well", "i60 i61 i62 i63 i64 i65 i66", "i60 i61 i62 i63 i64")]
    [InlineData("the least worth first", "i60+3 i61+1 i62+2 i63+4", "i61+1 i62+2")]
    [InlineData("less than nothing goes before nothing", "i60 i61-1 i62 i63-9", "i63-9 i61-1")]
    [InlineData("of equal ones inbound first", "o60 o61 i62 i63", "i62 i63")]
    [InlineData("worth counts for more than direction", "o60 o61 i62+1 i63+1", "o60 i62+1")]
    [InlineData("of those the youngest first", "i90 i60 i80 i70", "i60 i70")]
    [InlineData("not within the grace", "i29 i0 i30 i31", "i30 i31")]
    [InlineData("not when all are within it", "i29 i28 i27 i26 i25", "")]
    [InlineData("not a protected peer", "i60! i61! i62 i63", "i62 i63")]
    [InlineData("not even when too many are protected", "i60! i61! i62! i63! i64", "i64")]
    [InlineData("not the best outbound one", "o60-5 i61+9 i62+9 i63+9 i64+9", "i61+9 i62+9 i63+9")]
    [InlineData("a protected peer is the best", "o60! o61+9 o62 i63+99 i64+99", "o62 o61+9 i63+99")]
    public void Who_goes(string rule, string open, string expected)
    {
        Entry[] entries = Parse(open);

        IReadOnlyList<Entry> going = TrimPolicy.Select(entries, Worth(entries), Limits, Entry.Now);

        Assert.True(expected == string.Join(' ', going.Select(e => e.Text)), $"{rule}: {string.Join(' ', going.Select(e => e.Text))}");
    }

    [Theory]
    [InlineData("the worst inbound one", 0, "i60 i61-1 o62-9", "i61-1")]
    [InlineData("of equal ones the youngest", 0, "i60 i61", "i60")]
    [InlineData("never an outbound one", 9, "o60 o61", null)]
    [InlineData("nobody worth more than the newcomer", 4, "i60+5", null)]
    [InlineData("one worth the same", 5, "i60+5", "i60+5")]
    [InlineData("nobody protected", 9, "i60!", null)]
    [InlineData("nobody within the grace", 9, "i29", null)]
    public void Who_makes_room(string rule, int newcomer, string open, string? expected)
    {
        Entry[] entries = Parse(open);
        string? displaced = TrimPolicy.Displaced(entries, new PeerWorth(false, newcomer), Worth(entries), Limits, Entry.Now)?.Text;
        Assert.True(expected == displaced, $"{rule}: {displaced}");
    }

    [Fact]
    public void For_a_protected_newcomer_anybody_makes_room()
    {
        Entry[] entries = Parse("i60+99");
        Assert.Equal("i60+99", TrimPolicy.Displaced(entries, new PeerWorth(true, 0), Worth(entries), Limits, Entry.Now)?.Text);
    }

    [Fact]
    public void Inbound_peers_worth_any_amount_never_cost_us_the_reserve()
    {
        ConnectionLimits limits = new();
        Entry[] entries = Parse(string.Join(' ', Enumerable.Repeat("i60+1000", 64).Concat(Enumerable.Repeat("o60", 20))));

        IReadOnlyList<Entry> going = TrimPolicy.Select(entries, Worth(entries), limits, Entry.Now);

        Assert.Equal(64, going.Count);
        Assert.Equal(10, going.Count(e => e.Direction == ConnectionDirection.Outbound));
    }

    private static Entry[] Parse(string open) => [.. open.Split(' ').Select(text => new Entry(text))];

    private static Func<PeerId, PeerWorth> Worth(Entry[] entries)
    {
        Dictionary<PeerId, PeerWorth> worth = entries.ToDictionary(e => e.Peer, e => e.Worth);
        return peer => worth[peer];
    }

    private sealed class Entry : ITableEntry
    {
        public static readonly TimeSpan Now = TimeSpan.FromHours(1);

        public Entry(string text)
        {
            Text = text;
            Direction = text[0] == 'i' ? ConnectionDirection.Inbound : ConnectionDirection.Outbound;
            string[] numbers = text[1..].TrimEnd('!').Replace("-", "+-", StringComparison.Ordinal).Split('+');
            OpenedAt = Now - TimeSpan.FromSeconds(int.Parse(numbers[0]));
            Worth = new PeerWorth(text.EndsWith('!'), numbers.Length > 1 ? int.Parse(numbers[1]) : 0);
        }

        public string Text { get; }

        public PeerId Peer { get; } = TestPeers.NewId();

        public ConnectionDirection Direction { get; }

        public TimeSpan OpenedAt { get; }

        public PeerWorth Worth { get; }
    }
}
