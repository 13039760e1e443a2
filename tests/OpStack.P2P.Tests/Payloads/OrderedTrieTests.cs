using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Payloads;

public sealed class OrderedTrieTests
{
    [Fact]
    public void An_empty_list_has_the_empty_root() =>
        Assert.Equal(Hash256.Parse("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"), OrderedTrie.Root<TransactionList>(default));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(130)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    [InlineData(65_537)]
    public void The_root_equals_the_naive_tries(int count)
    {
        Random random = new(count);
        AssertSameRoot([.. Enumerable.Range(0, count).Select(_ => Bytes(random, random.Next(1, count > 1_000 ? 40 : 300)))]);
    }

    [Fact]
    public void Every_small_count_equals_the_naive_trie()
    {
        Random random = new(7);
        for (int count = 1; count < 140; count++)
        {
            // Items of a few bytes make nodes below 32 bytes, which stand in their parent.
            AssertSameRoot([.. Enumerable.Range(0, count).Select(_ => Bytes(random, random.Next(1, 5)))]);
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x7F)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void One_byte_items_equal_the_naive_trie(byte value)
    {
        AssertSameRoot([[value]]);
        AssertSameRoot([[value], [value], [value]]);
    }

    [Theory]
    [InlineData(27)]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(70_000)]
    public void Item_lengths_at_the_edges_of_the_encoding_equal_the_naive_trie(int length)
    {
        Random random = new(length);
        AssertSameRoot([Bytes(random, length)]);
        AssertSameRoot([.. Enumerable.Range(0, 5).Select(_ => Bytes(random, length))]);
    }

    [Fact]
    public void Empty_items_are_left_out()
    {
        Random random = new(3);
        AssertSameRoot([.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? [] : Bytes(random, 20))]);
        Assert.Equal(OrderedTrie.EmptyRoot, OrderedTrie.Root<ReadOnlyMemory<byte>[]>([default, default]));
    }

    [Fact]
    public void Any_changed_item_changes_the_root()
    {
        byte[][] items = [.. Enumerable.Range(0, 200).Select(i => new[] { (byte)i, (byte)1 })];
        HashSet<Hash256> roots = [Root(items)];
        foreach (byte[] item in items)
        {
            item[1] ^= 0x40;
            Assert.True(roots.Add(Root(items)));
            item[1] ^= 0x40;
        }
    }

    [Fact]
    public void The_root_of_many_items_is_computed_without_building_the_trie()
    {
        TransactionList transactions = TransactionList.Create([.. Enumerable.Range(0, 20_000).Select(i => (ReadOnlyMemory<byte>)BitConverter.GetBytes(i))]);
        Assert.Equal(0, Mutations.AllocatedBy(() => OrderedTrie.Root(transactions)));
    }

    private static void AssertSameRoot(byte[][] items) => Assert.Equal(NaiveTrie.Root(items), Root(items));

    private static Hash256 Root(byte[][] items) => OrderedTrie.Root(TransactionList.Create([.. items.Select(item => (ReadOnlyMemory<byte>)item)]));

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
