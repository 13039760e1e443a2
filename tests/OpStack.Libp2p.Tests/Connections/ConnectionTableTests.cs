using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Connections;

public sealed class ConnectionTableTests
{
    private static readonly PeerId[] Ids = MakeIds();
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public void First_then_additional_then_last_is_told()
    {
        ConnectionTable<Entry> table = new(Ids[0], Window);
        Entry a = new(Ids[1], ConnectionDirection.Inbound, 0), b = new(Ids[1], ConnectionDirection.Inbound, 1);

        Assert.Equal(ConnectionAdmission.First, table.Add(a, out _));
        Assert.Equal(ConnectionAdmission.Additional, table.Add(b, out Entry? displaced));
        Assert.Null(displaced);
        Assert.True(table.TryGetNewest(Ids[1], out Entry? newest));
        Assert.Same(b, newest);
        Assert.True(table.Remove(b, out bool last));
        Assert.False(last);
        Assert.True(table.Remove(a, out last));
        Assert.True(last);
        Assert.False(table.Remove(a, out last));
        Assert.False(last);
        Assert.Equal(0, table.Count);
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
            Assert.Equal(Ids.Min(), KeptDialler(Ids[low], Ids[high], localFirst));
        }
    }

    [Fact]
    public void Opposite_directions_far_apart_are_both_kept()
    {
        ConnectionTable<Entry> table = new(Ids[0], Window);
        table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, 0), out _);

        Assert.Equal(ConnectionAdmission.Additional, table.Add(new Entry(Ids[1], ConnectionDirection.Outbound, 10), out Entry? displaced));
        Assert.Null(displaced);
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void One_peer_gets_no_more_than_its_limit()
    {
        ConnectionTable<Entry> table = new(Ids[0], Window);
        for (int i = 0; i < SwarmLimits.ConnectionsPerPeer; i++)
        {
            table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, i), out _);
        }

        Assert.Equal(ConnectionAdmission.LimitReached, table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, 9), out _));
        Assert.Equal(SwarmLimits.ConnectionsPerPeer, table.Count);
    }

    [Fact]
    public void All_peers_together_get_no_more_than_the_total()
    {
        ConnectionTable<Entry> table = new(Ids[0], Window);
        for (int i = 0; i < SwarmLimits.Connections; i++)
        {
            using KeyPair key = KeyPair.GenerateEd25519();
            Assert.Equal(ConnectionAdmission.First, table.Add(new Entry(key.PeerId, ConnectionDirection.Inbound, 0), out _));
        }

        Assert.Equal(ConnectionAdmission.LimitReached, table.Add(new Entry(Ids[1], ConnectionDirection.Inbound, 0), out _));
    }

    private static PeerId KeptDialler(PeerId local, PeerId remote, bool ownFirst)
    {
        ConnectionTable<Entry> table = new(local, Window);
        Entry own = new(remote, ConnectionDirection.Outbound, 0), theirs = new(remote, ConnectionDirection.Inbound, 0);
        table.Add(ownFirst ? own : theirs, out _);
        table.Add(ownFirst ? theirs : own, out _);
        Entry kept = Assert.Single(table.All);
        return kept.Direction == ConnectionDirection.Outbound ? local : remote;
    }

    private static PeerId[] MakeIds()
    {
        using KeyPair a = KeyPair.GenerateEd25519(), b = KeyPair.GenerateEd25519();
        return [a.PeerId, b.PeerId];
    }

    private sealed record Entry(PeerId Peer, ConnectionDirection Direction, int Second) : ITableEntry
    {
        public TimeSpan OpenedAt => TimeSpan.FromSeconds(Second);
    }
}
