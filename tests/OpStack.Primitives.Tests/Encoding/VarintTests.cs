using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Encoding;

public class VarintTests
{
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(127UL, "7f")]
    [InlineData(128UL, "8001")]
    [InlineData(255UL, "ff01")]
    [InlineData(300UL, "ac02")]
    [InlineData(8453UL, "8542")]
    [InlineData(16383UL, "ff7f")]
    [InlineData(16384UL, "808001")]
    [InlineData(11155420UL, "dcefa805")]
    [InlineData(long.MaxValue, "ffffffffffffffff7f")]
    [InlineData(1UL << 63, "80808080808080808001")]
    [InlineData(ulong.MaxValue, "ffffffffffffffffff01")]
    public void Known_values(ulong value, string hex)
    {
        byte[] expected = Convert.FromHexString(hex);
        byte[] buffer = new byte[Varint.MaxLength];

        Assert.Equal(expected.Length, Varint.LengthOf(value));
        Assert.Equal(expected.Length, Varint.Write(buffer, value));
        Assert.Equal(expected, buffer[..expected.Length]);
        Assert.All(buffer[expected.Length..], b => Assert.Equal(0, b));
        Assert.Throws<ArgumentException>(() => Varint.Write(new byte[expected.Length - 1], value));

        // What follows a varint is not looked at.
        Assert.True(Varint.TryRead([.. expected, 0xff], out ulong read, out int length));
        Assert.Equal((value, expected.Length), (read, length));

        bool fits63 = value <= long.MaxValue;
        Assert.Equal(fits63, Varint.TryReadMinimal([.. expected, 0xff], out read, out length));
        Assert.Equal(fits63 ? (value, expected.Length) : (0UL, 0), (read, length));

        for (int cut = 0; cut < expected.Length; cut++)
        {
            Assert.False(Varint.TryRead(expected.AsSpan(0, cut), out read, out length));
            Assert.Equal((0UL, 0), (read, length));
            Assert.False(Varint.TryReadMinimal(expected.AsSpan(0, cut), out _, out _));
        }
    }

    [Fact]
    public void Lengths_change_at_each_seventh_bit()
    {
        for (int bits = 1; bits <= 64; bits++)
        {
            ulong largest = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
            Assert.Equal((bits + 6) / 7, Varint.LengthOf(largest));
        }
    }

    [Theory]
    [InlineData("8000", 0UL)]
    [InlineData("ff00", 127UL)]
    [InlineData("81808000", 1UL)]
    [InlineData("80808080808080808000", 0UL)]
    [InlineData("81808080808080808000", 1UL)]
    public void Padded_forms_are_protobuf_but_not_multiformats(string hex, ulong value)
    {
        byte[] source = Convert.FromHexString(hex);
        Assert.True(Varint.TryRead(source, out ulong read, out int length));
        Assert.Equal((value, source.Length), (read, length));
        Assert.False(Varint.TryReadMinimal(source, out read, out length));
        Assert.Equal((0UL, 0), (read, length));
    }

    [Theory]
    [InlineData("ffffffffffffffffff02")]
    [InlineData("ffffffffffffffffff7f")]
    [InlineData("80808080808080808080")]
    [InlineData("8080808080808080808001")]
    [InlineData("ffffffffffffffffffffffffffffff")]
    public void More_than_64_bits_or_10_bytes_is_refused_by_both(string hex)
    {
        byte[] source = Convert.FromHexString(hex);
        Assert.False(Varint.TryRead(source, out _, out _));
        Assert.False(Varint.TryReadMinimal(source, out _, out _));
    }

    [Fact]
    public void Random_values_round_trip()
    {
        Random random = new(71);
        Span<byte> buffer = stackalloc byte[Varint.MaxLength];
        for (int i = 0; i < 10_000; i++)
        {
            ulong value = (ulong)random.NextInt64() >> random.Next(64);
            int written = Varint.Write(buffer, value);
            Assert.True(Varint.TryRead(buffer, out ulong read, out int length));
            Assert.Equal((value, written), (read, length));
            Assert.True(Varint.TryReadMinimal(buffer, out read, out length));
            Assert.Equal((value, written), (read, length));
        }
    }
}
