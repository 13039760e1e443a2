using OpStack.Discv5.Records;
using OpStack.P2P.Peers;

namespace OpStack.P2P.Tests.Peers;

public sealed class BootStoreTests
{
    [Fact]
    public void The_newest_record_of_a_node_is_kept()
    {
        BootStore store = new();
        Assert.True(store.Add(TestRecords.Of(1, sequence: 2)));
        Assert.True(store.Add(TestRecords.Of(2)));
        Assert.False(store.Add(TestRecords.Of(1, sequence: 1)));
        Assert.False(store.Add(TestRecords.Of(1, sequence: 2)));
        Assert.True(store.Add(TestRecords.Of(1, sequence: 3)));

        Assert.Equal(2, store.Count);
        Assert.Equal([TestRecords.Of(2), TestRecords.Of(1, sequence: 3)], store.Records);
    }

    [Fact]
    public void The_one_not_seen_for_longest_leaves_first()
    {
        BootStore store = new();
        Enr[] records = [.. Enumerable.Range(0, PeerLimits.MaxStoredRecords + 1).Select(n => TestRecords.Of(n))];
        foreach (Enr record in records[..^1])
        {
            store.Add(record);
        }

        store.Add(records[0]); // Seen again.
        store.Add(records[^1]);

        Assert.Equal(PeerLimits.MaxStoredRecords, store.Count);
        Assert.DoesNotContain(records[1], store.Records);
        Assert.Equal([records[0], records[^1]], store.Records.TakeLast(2));
    }

    [Fact]
    public void Only_what_changed_must_be_saved()
    {
        BootStore store = new();
        Assert.False(store.HasChanges);
        store.Add(TestRecords.Of(1));
        Assert.True(store.HasChanges);
        store.MarkSaved();
        store.Add(TestRecords.Of(1));
        Assert.False(store.HasChanges);
        Assert.True(store.Remove(TestRecords.Of(1).NodeId));
        Assert.False(store.Remove(TestRecords.Of(1).NodeId));
        Assert.True(store.HasChanges);
        Assert.Empty(store.Records);
    }
}
