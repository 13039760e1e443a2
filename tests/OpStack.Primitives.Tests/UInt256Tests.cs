using System.Numerics;

namespace OpStack.Primitives.Tests;

public class UInt256Tests
{
    private const string MaxText = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    private static readonly string[] Ascending =
    [
        "0", "1", "127", "128", "255", "256", "18446744073709551615", "18446744073709551616",
        "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
        "6277101735386680763835789423207666416102355444464034512896", MaxText,
    ];

    public static TheoryData<string> Values => new(Ascending);

    [Theory]
    [MemberData(nameof(Values))]
    public void All_forms_round_trip(string text)
    {
        UInt256 value = UInt256.Parse(text);
        BigInteger expected = BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        byte[] little = new byte[32], big = new byte[32];
        value.WriteLittleEndian(little);
        value.WriteBigEndian(big);

        Assert.Equal(text, value.ToString());
        Assert.Equal(expected, new BigInteger(little, isUnsigned: true));
        Assert.Equal(expected, new BigInteger(big, isUnsigned: true, isBigEndian: true));
        Assert.Equal(value, UInt256.FromLittleEndian(little));
        Assert.Equal(value, UInt256.FromBigEndian(big));
        Assert.Equal(expected.IsZero ? 0 : expected.GetByteCount(isUnsigned: true), value.MinimalLength);
        Assert.Equal(value, UInt256.FromBigEndian(big.AsSpan(32 - value.MinimalLength)));
        Assert.Equal(value, UInt256.Parse("0x" + Convert.ToHexString(big)));
        Assert.Equal(expected.IsZero, value.IsZero);
        Assert.Equal(expected <= ulong.MaxValue, value.TryToUInt64(out ulong low));
        Assert.Equal((ulong)(expected & ulong.MaxValue), low);
    }

    [Fact]
    public void Order_is_the_order_of_the_numbers()
    {
        UInt256[] ordered = [.. Ascending.Select(UInt256.Parse)];
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), ordered[i].CompareTo(ordered[j]));
                Assert.Equal(i < j, ordered[i] < ordered[j]);
                Assert.Equal(i > j, ordered[i] > ordered[j]);
                Assert.Equal(i <= j, ordered[i] <= ordered[j]);
                Assert.Equal(i >= j, ordered[i] >= ordered[j]);
                Assert.Equal(i == j, ordered[i] == ordered[j]);
                Assert.Equal(i != j, ordered[i] != ordered[j]);
            }
        }
    }

    [Fact]
    public void Words_are_given_the_most_significant_first()
    {
        UInt256 value = new(1, 2, 3, 4);
        Assert.Equal("0x0000000000000001000000000000000200000000000000030000000000000004", Hex(value));
        Assert.Equal(UInt256.MaxValue, UInt256.Parse(MaxText));
        Assert.Equal(UInt256.Zero, (UInt256)0UL);
        Assert.Equal(new UInt256(0, 0, 0, ulong.MaxValue), (UInt256)ulong.MaxValue);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1\0")]
    [InlineData("0x1\0")]
    [InlineData("1_000")]
    [InlineData("1,000")]
    [InlineData("ff")]
    [InlineData("0xfg")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("0x00000000000000000000000000000000000000000000000000000000000000001")]
    public void Other_text_is_refused(string text)
    {
        Assert.False(UInt256.TryParse(text, out UInt256 value));
        Assert.True(value.IsZero);
        Assert.Throws<FormatException>(() => UInt256.Parse(text));
    }

    [Fact]
    public void Wrong_lengths_are_refused_before_anything_is_written()
    {
        byte[] small = new byte[31];
        Assert.Throws<ArgumentException>(() => UInt256.FromLittleEndian(small));
        Assert.Throws<ArgumentException>(() => UInt256.FromBigEndian(new byte[33]));
        Assert.Throws<ArgumentException>(() => UInt256.MaxValue.WriteLittleEndian(small));
        Assert.Throws<ArgumentException>(() => UInt256.MaxValue.WriteBigEndian(small));
        Assert.Equal(new byte[31], small);
    }

    private static string Hex(UInt256 value)
    {
        byte[] big = new byte[32];
        value.WriteBigEndian(big);
        return "0x" + Convert.ToHexStringLower(big);
    }
}
