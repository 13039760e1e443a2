using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Encoding;

public class RlpReaderTests
{
    // One of everything: single bytes, short and long strings, short and long lists, nested.
    private static readonly byte[] Sample = RlpTree.List(
        RlpTree.Of([]),
        RlpTree.Of([0x7f]),
        RlpTree.Of([0x80]),
        RlpTree.Of(new byte[55]),
        RlpTree.Of(new byte[56]),
        RlpTree.List(RlpTree.List(), RlpTree.List(RlpTree.Of([1, 2, 3]))),
        RlpTree.List([.. Enumerable.Repeat(RlpTree.Of([9, 9]), 30)]),
        RlpTree.Of(new byte[300])).Write();

    [Theory]
    [Trait("Row", "7")]
    [InlineData("8100")] // a single byte below 0x80 under a prefix
    [InlineData("817f")]
    [InlineData("b800")] // a long form for what fits the short one
    [InlineData("b80161")]
    [InlineData("f800")]
    [InlineData("f80180")]
    [InlineData("b90000")] // a leading zero in the length
    [InlineData("f90000")]
    [InlineData("b8")] // no length
    [InlineData("b9ff")]
    [InlineData("f8")]
    [InlineData("81")] // no payload
    [InlineData("83646f")]
    [InlineData("c1")]
    [InlineData("b838ff")]
    [InlineData("f838c0")]
    [InlineData("bfffffffffffffffff")] // lengths that overflow 31, 32, 63 and 64 bits
    [InlineData("ffffffffffffffffff")]
    [InlineData("ba7fffffff00")]
    [InlineData("bb7fffffff00")]
    [InlineData("bb80000000")]
    [InlineData("bbffffffff")]
    [InlineData("bf7fffffffffffffff")]
    [InlineData("ff8000000000000000")]
    [InlineData("")]
    public void What_is_not_canonical_or_not_complete_is_refused(string hex)
    {
        byte[] source = Convert.FromHexString(hex);
        RlpReader reader = new(source);

        Assert.False(reader.TryReadBytes(out ReadOnlySpan<byte> bytes));
        Assert.True(bytes.IsEmpty);
        Assert.False(reader.TryReadList(out RlpReader items));
        Assert.True(items.IsAtEnd);
        Assert.False(reader.TryReadItem(out ReadOnlySpan<byte> item));
        Assert.True(item.IsEmpty);
        Assert.False(reader.TrySkip());
        Assert.False(reader.TryReadUInt64(out _));
        Assert.Equal(source.Length, reader.Remaining);
    }

    // The payload is all there: nothing but the form of its length is wrong.
    [Theory]
    [InlineData("b800", 0)]
    [InlineData("b801", 1)]
    [InlineData("b837", 55)]
    [InlineData("f837", 55)]
    [InlineData("b90037", 55)]
    [InlineData("b90038", 56)]
    [InlineData("f90038", 56)]
    [InlineData("ba000100", 256)]
    [InlineData("bf0000000000000100", 256)]
    [InlineData("ff0000000000000100", 256)]
    public void A_length_has_one_form(string prefix, int payloadLength)
    {
        byte[] source = [.. Convert.FromHexString(prefix), .. new byte[payloadLength]];
        Assert.False(new RlpReader(source).TrySkip());
        Assert.Null(RlpTree.Read(source));
    }

    [Theory]
    [InlineData("c28100")]
    [InlineData("c3c28101")]
    [InlineData("c183")]
    [InlineData("c3b80161")]
    public void A_bad_item_inside_a_list_is_refused_when_it_is_read(string hex)
    {
        Assert.True(new RlpReader(Convert.FromHexString(hex)).TryReadList(out _));
        Assert.Null(RlpTree.Read(Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData("00")] // zero is the empty string
    [InlineData("820001")]
    [InlineData("8800ffffffffffffff")]
    [InlineData("c0")]
    [InlineData("c101")]
    public void What_is_no_canonical_integer_is_refused(string hex)
    {
        byte[] source = Convert.FromHexString(hex);
        RlpReader reader = new(source);
        Assert.False(reader.TryReadUInt64(out ulong narrow));
        Assert.False(reader.TryReadUInt256(out UInt256 wide));
        Assert.Equal(0UL, narrow);
        Assert.True(wide.IsZero);
        Assert.Equal(source.Length, reader.Remaining);
    }

    [Fact]
    public void Integers_are_bounded_by_their_width()
    {
        byte[] nine = [0x89, 1, .. new byte[8]];
        byte[] thirtyThree = [0xa1, 1, .. new byte[32]];
        Assert.False(new RlpReader(nine).TryReadUInt64(out _));
        Assert.True(new RlpReader(nine).TryReadUInt256(out _));
        Assert.False(new RlpReader(thirtyThree).TryReadUInt256(out _));
    }

    [Theory]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    public void Hashes_and_addresses_have_exactly_their_length(int length)
    {
        byte[] payload = new byte[length];
        payload[0] = 0xab;
        byte[] source = RlpTree.Of(payload).Write();

        RlpReader reader = new(source);
        Assert.Equal(length == 32, reader.TryReadHash256(out Hash256 hash));
        Assert.Equal(length == 32 ? 0 : source.Length, reader.Remaining);
        Assert.Equal(length == 32 ? new Hash256(payload) : default, hash);

        reader = new RlpReader(source);
        Assert.Equal(length == 20, reader.TryReadAddress(out Address address));
        Assert.Equal(length == 20 ? 0 : source.Length, reader.Remaining);
        Assert.Equal(length == 20 ? new Address(payload) : default, address);
    }

    [Fact]
    public void A_string_is_no_list_and_a_list_no_string()
    {
        RlpReader text = new([0x83, 1, 2, 3]);
        Assert.False(text.IsNextList);
        Assert.False(text.TryReadList(out _));
        Assert.True(text.TryReadBytes(out ReadOnlySpan<byte> bytes));
        Assert.Equal([1, 2, 3], bytes.ToArray());
        Assert.False(text.IsNextList);

        RlpReader list = new([0xc1, 5, 6]);
        Assert.True(list.IsNextList);
        Assert.False(list.TryReadBytes(out _));
        Assert.False(list.TryReadHash256(out _));
        Assert.True(list.TryReadList(out RlpReader items));
        Assert.True(items.TryReadUInt64(out ulong five));
        Assert.True(items.IsAtEnd);
        Assert.True(list.TryReadUInt64(out ulong six));
        Assert.True(list.IsAtEnd);
        Assert.Equal((5UL, 6UL), (five, six));
    }

    [Fact]
    public void Raw_items_keep_their_prefix()
    {
        RlpReader reader = new([0x05, 0x82, 0xff, 0xff, 0xc2, 0x01, 0x02]);
        Assert.True(reader.TryReadItem(out ReadOnlySpan<byte> first));
        Assert.True(reader.TryReadItem(out ReadOnlySpan<byte> second));
        Assert.True(reader.TryReadItem(out ReadOnlySpan<byte> third));
        Assert.Equal("05", Convert.ToHexString(first));
        Assert.Equal("82FFFF", Convert.ToHexString(second));
        Assert.Equal("C20102", Convert.ToHexString(third));
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Every_truncation_and_every_trailing_byte_is_refused()
    {
        Assert.Equal(Sample, RlpTree.Read(Sample)!.Write());
        for (int cut = 0; cut < Sample.Length; cut++)
            Assert.Null(RlpTree.Read(Sample.AsSpan(0, cut)));
        for (int extra = 0; extra < 256; extra++)
            Assert.Null(RlpTree.Read([.. Sample, (byte)extra]));
    }

    [Fact]
    public void What_a_mutation_leaves_readable_is_canonical()
    {
        Random random = new(20);
        int accepted = 0, refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] mutated = Sample[..random.Next(1, Sample.Length + 1)];
            if (round % 2 == 0)
                mutated = [.. Sample];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                mutated[random.Next(random.Next(2) == 0 ? Math.Min(16, mutated.Length) : mutated.Length)] = (byte)random.Next(256);

            RlpTree? tree = RlpTree.Read(mutated);
            _ = tree is null ? refused++ : accepted++;
            if (tree is not null)
                Assert.Equal(mutated, tree.Write());
        }

        Assert.True(accepted > 1_000 && refused > 1_000, $"{accepted} accepted, {refused} refused: the mutations no longer reach both sides.");
    }

    [Fact]
    [Trait("Row", "7")]
    public void A_thousand_nested_lists_cost_no_stack_and_no_memory()
    {
        byte[] nested = [0xc0];
        for (int depth = 1; depth < 1_000; depth++)
        {
            byte[] outer = new byte[RlpWriter.LengthOfList(nested.Length)];
            RlpWriter writer = new(outer);
            writer.WriteListPrefix(nested.Length);
            writer.WriteEncoded(nested);
            nested = outer;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        RlpReader skipping = new(nested);
        bool skipped = skipping.TrySkip() && skipping.IsAtEnd;
        int lists = 0;
        RlpReader reader = new(nested);
        while (reader.TryReadList(out RlpReader inner))
        {
            lists++;
            reader = inner;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(skipped);
        Assert.Equal(1_000, lists);
        Assert.True(reader.IsAtEnd);
        Assert.Equal(0, allocated);
    }
}
