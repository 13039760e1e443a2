using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Connections.Admission;

public sealed class ConnectionTableTests
{
    private static readonly PeerId[] Ids = MakeIds();
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Dictionary<PeerId, PeerWorth> _worth = [];

    [Fact]
    public void First_then_additional_then_last_is_told()
    {
        ConnectionTable<Entry> table = Create();
        Entry a = new(Ids[1], ConnectionDirection.Inbound, 0), b = new(Ids[1], ConnectionDirection.Inbound, 1);

        Assert.Equal(new TableAdmission<Entry>(null, IsFirst: true), table.Add(a));
        Assert.Equal(new TableAdmission<Entry>(null, IsFirst: false), table.Add(b));
        Assert.True(table.TryGetNewest(Ids[1], out Entry? newest));
        Assert.Same(b, newest);
        Assert.True(table.Remove(b, out bool last));
        Assert.False(last);
        Assert.True(table.Remove(a, out last));
        Assert.True(last);
        Assert.False(table.Remove(a, out last));
        Assert.False(last);
        Assert.Equal((0, 0, 0), (table.Total, table.Inbound, table.Outbound));
        Assert.Empty(table.Peers);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Both_ends_of_a_simultaneous_dial_keep_the_same_connection_whatever_the_order(int low, int high)
    {
        // Connection X was dialled by Ids[low], Y by Ids[high]; each end sees both, in either order.
        foreach (bool localFirst in new[] { true, false })
        {
            Assert.Equal(KeptDialler(Ids[low], Ids[high], localFirst), KeptDialler(Ids[high], Ids[low], !localFirst));
            Assert.Equal(Ids[..2].Min(), KeptDialler(Ids[low], Ids[high], localFirst));
        }
    }

    [Fact]
    public void Opposite_directions_far_apart_are_both_kept()
    {
        ConnectionTable<Entry> table = Create();
        table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, 0));

        Assert.Equal(new TableAdmission<Entry>(null), table.Add(new Entry(Ids[1], ConnectionDirection.Outbound, 10)));
        Assert.Equal((2, 1, 1), (table.Total, table.Inbound, table.Outbound));
    }

    [Fact]
    public void One_peer_gets_no_more_than_its_limit()
    {
        ConnectionTable<Entry> table = Create(new ConnectionLimits { MaxPerPeer = 3 });
        Assert.All(Enumerable.Range(0, 3), i => Assert.Null(table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, i)).Refusal));

        Assert.Equal(RefusalReason.PeerLimit, table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, 9)).Refusal);
        Assert.Equal(3, table.Total);
    }

    [Theory]
    [InlineData(ConnectionDirection.Inbound, 4)]
    [InlineData(ConnectionDirection.Outbound, 5)]
    public void Each_direction_has_its_limit(ConnectionDirection direction, int limit)
    {
        ConnectionTable<Entry> table = Create(Small);
        Assert.All(Enumerable.Range(1, limit), i => Assert.Null(table.Add(new Entry(Ids[i], direction, 0)).Refusal));

        Assert.False(table.HasRoomFor(direction, TimeSpan.Zero));
        Assert.Equal(RefusalReason.TotalLimit, table.Add(new Entry(Ids[9], direction, 0)).Refusal);
        Assert.Equal(limit, table.Total);
    }

    [Fact]
    public void Inbound_connections_leave_our_own_their_places()
    {
        ConnectionTable<Entry> table = Create(Small);
        for (int i = 0; i < 100; i++)
        {
            table.Add(new Entry(Ids[i % Ids.Length], ConnectionDirection.Inbound, 0));
        }

        Assert.Equal(4, table.Inbound);
        Assert.Equal(new TableAdmission<Entry>(null, IsFirst: true), table.Add(new Entry(Ids[10], ConnectionDirection.Outbound, 0)));
        Assert.Equal(new TableAdmission<Entry>(null, IsFirst: true), table.Add(new Entry(Ids[11], ConnectionDirection.Outbound, 0)));
    }

    [Fact]
    public void At_its_limit_an_inbound_connection_takes_the_place_of_the_worst_inbound_one_only()
    {
        ConnectionTable<Entry> table = Create(Small);
        table.Add(new Entry(Ids[10], ConnectionDirection.Outbound, 0));
        Entry[] inbound = [.. Enumerable.Range(1, 4).Select(i => new Entry(Ids[i], ConnectionDirection.Inbound, i))];
        Assert.All(inbound, c => table.Add(c));
        _worth[Ids[4]] = new PeerWorth(IsProtected: true, 0);
        _worth[Ids[3]] = new PeerWorth(IsProtected: false, 1);

        // Of the two that are worth nothing, the younger.
        Assert.Equal(
            new TableAdmission<Entry>(null, true, inbound[1], ConnectionCloseReason.Displaced),
            table.Add(new Entry(Ids[9], ConnectionDirection.Inbound, 60)));
    }

    [Fact]
    public void Nobody_worth_more_than_the_newcomer_makes_room_and_nobody_within_the_grace()
    {
        ConnectionTable<Entry> table = Create(Small);
        Assert.All(Enumerable.Range(1, 4), i => table.Add(new Entry(Ids[i], ConnectionDirection.Inbound, 0)));
        Assert.All(Enumerable.Range(1, 4), i => _worth[Ids[i]] = new PeerWorth(IsProtected: false, 5));

        Assert.Equal(RefusalReason.TotalLimit, table.Add(new Entry(Ids[9], ConnectionDirection.Inbound, 60)).Refusal);
        _worth[Ids[9]] = new PeerWorth(IsProtected: false, 5);
        Assert.False(table.HasRoomFor(ConnectionDirection.Inbound, TimeSpan.FromSeconds(29)));
        Assert.Equal(RefusalReason.TotalLimit, table.Add(new Entry(Ids[9], ConnectionDirection.Inbound, 29)).Refusal);
        Assert.True(table.HasRoomFor(ConnectionDirection.Inbound, TimeSpan.FromSeconds(30)));
        Assert.Null(table.Add(new Entry(Ids[9], ConnectionDirection.Inbound, 30)).Refusal);
    }

    [Fact]
    public void A_peer_that_displaces_its_own_connection_stays_connected()
    {
        ConnectionTable<Entry> table = Create(Small with { MaxInbound = 1 });
        Entry old = new(Ids[1], ConnectionDirection.Inbound, 0);
        table.Add(old);

        TableAdmission<Entry> admission = table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, 60));

        Assert.Equal(new TableAdmission<Entry>(null, IsFirst: false, old, ConnectionCloseReason.Displaced), admission);
        table.Remove(old, out bool last);
        Assert.False(last);
    }

    private static ConnectionLimits Small => new() { MaxConnections = 6, MaxInbound = 4, MaxOutbound = 5, LowWater = 2, HighWater = 6, OutboundReserve = 2 };

    private static PeerId KeptDialler(PeerId local, PeerId remote, bool ownFirst)
    {
        ConnectionTable<Entry> table = new(local, new ConnectionLimits(), Window, _ => default);
        Entry own = new(remote, ConnectionDirection.Outbound, 0), theirs = new(remote, ConnectionDirection.Inbound, 0);
        foreach (Entry entry in ownFirst ? new[] { own, theirs } : [theirs, own])
        {
            if (table.Add(entry).Leaving is { } leaving)
            {
                table.Remove(leaving, out bool last);
                Assert.False(last);
            }
        }

        Entry kept = Assert.Single(table.All);
        return kept.Direction == ConnectionDirection.Outbound ? local : remote;
    }

    private ConnectionTable<Entry> Create(ConnectionLimits? limits = null) =>
        new(Ids[0], limits ?? new ConnectionLimits(), Window, peer => _worth.GetValueOrDefault(peer));

    private static PeerId[] MakeIds() => [.. Enumerable.Range(0, 16).Select(_ => TestPeers.NewId())];

    private sealed record Entry(PeerId Peer, ConnectionDirection Direction, int Second) : ITableEntry
    {
        public TimeSpan OpenedAt => TimeSpan.FromSeconds(Second);
    }
}
