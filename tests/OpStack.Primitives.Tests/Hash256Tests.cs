namespace OpStack.Primitives.Tests;

public class Hash256Tests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Bytes_go_in_and_come_out_in_the_same_order()
    {
        Hash256 hash = new(Counting);
        byte[] copy = new byte[33];
        hash.CopyTo(copy);

        Assert.Equal(Counting, copy[..32]);
        Assert.Equal(0, copy[32]);
        Assert.Equal(Counting, hash.AsSpan().ToArray());
        Assert.Equal(Counting, hash.ToArray());
        Assert.Equal("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", hash.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Only_32_bytes_are_a_hash(int length) => Assert.Throws<ArgumentException>(() => new Hash256(new byte[length]));

    [Fact]
    public void A_short_destination_is_refused() => Assert.Throws<ArgumentException>(() => new Hash256(Counting).CopyTo(new byte[31]));

    [Fact]
    public void Every_byte_counts_in_equality_and_hash_code()
    {
        Hash256 hash = new(Counting);
        Assert.True(hash == new Hash256(Counting));
        Assert.Equal(hash.GetHashCode(), new Hash256(Counting).GetHashCode());
        for (int i = 0; i < 32; i++)
        {
            byte[] changed = [.. Counting];
            changed[i] ^= 1;
            Assert.True(hash != new Hash256(changed));
            Assert.False(hash.Equals((object)new Hash256(changed)));
        }

        Assert.False(hash.IsZero);
        Assert.True(Hash256.Zero.IsZero);
    }

    [Fact]
    public void The_first_differing_byte_decides_the_order()
    {
        byte[] low = new byte[32], high = new byte[32];
        (low[0], low[31], high[0]) = (1, 0xff, 2);

        Assert.True(new Hash256(low).CompareTo(new Hash256(high)) < 0);
        Assert.True(new Hash256(high).CompareTo(new Hash256(low)) > 0);
        Assert.Equal(0, new Hash256(low).CompareTo(new Hash256(low)));
    }

    [Fact]
    public void Text_round_trips_with_and_without_prefix_and_in_any_case()
    {
        Hash256 hash = new(Counting);
        Assert.Equal(hash, Hash256.Parse(hash.ToString()));
        Assert.Equal(hash, Hash256.Parse(hash.ToString()[2..].ToUpperInvariant()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e")]
    [InlineData("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1")]
    [InlineData("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20")]
    [InlineData("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g")]
    public void Other_text_is_refused_and_not_repeated(string text)
    {
        Assert.False(Hash256.TryParse(text, out Hash256 value));
        Assert.True(value.IsZero);
        FormatException refusal = Assert.Throws<FormatException>(() => Hash256.Parse(text));
        Assert.DoesNotContain("0102", refusal.Message, StringComparison.Ordinal);
    }
}
