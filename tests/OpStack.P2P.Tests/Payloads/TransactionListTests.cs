namespace OpStack.P2P.Tests.Payloads;

public sealed class TransactionListTests
{
    [Fact]
    public void The_default_list_is_empty()
    {
        Assert.Empty(TransactionList.Empty);
        Assert.Throws<ArgumentOutOfRangeException>(() => TransactionList.Empty[0]);
    }

    [Fact]
    public void Items_are_read_by_index_and_in_order()
    {
        TransactionList list = TransactionList.Create([new byte[] { 1 }, ReadOnlyMemory<byte>.Empty, new byte[] { 2, 3 }]);

        Assert.Equal(3, list.Count);
        Assert.Equal([[1], [], [2, 3]], list.Select(item => item.ToArray()));
        Assert.Equal([2, 3], list[2].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => list[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[-1]);
    }

    [Fact]
    public void Lists_of_the_same_items_are_equal()
    {
        TransactionList a = TransactionList.Create([new byte[] { 1 }, new byte[] { 2, 3 }]);
        TransactionList b = TransactionList.Create([new byte[] { 1 }, new byte[] { 2, 3 }]);
        TransactionList c = TransactionList.Create([new byte[] { 1, 2 }, new byte[] { 3 }]);

        Assert.True(a == b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.True(a != c);
    }

    [Fact]
    public void Too_many_items_are_refused() =>
        Assert.Throws<PayloadEncodingException>(() => TransactionList.Create(new ReadOnlyMemory<byte>[(1 << 20) + 1]));
}
