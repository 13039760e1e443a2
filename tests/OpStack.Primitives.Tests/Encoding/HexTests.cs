using OpStack.Primitives.Encoding;

namespace OpStack.Primitives.Tests.Encoding;

public class HexTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("0x", "")]
    [InlineData("00", "00")]
    [InlineData("0xDEADbeef", "deadbeef")]
    [InlineData("deadBEEF", "deadbeef")]
    public void Text_becomes_bytes_and_lower_case_text_again(string text, string canonical)
    {
        Assert.True(Hex.TryDecode(text, out byte[] bytes));
        Assert.Equal(bytes, Hex.Decode(text));
        Assert.Equal(canonical, Hex.Encode(bytes));
        Assert.Equal("0x" + canonical, Hex.Encode(bytes, prefix: true));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0x0")]
    [InlineData("zz")]
    [InlineData("5ec7e7zz")]
    [InlineData(" 00")]
    [InlineData("00 ")]
    [InlineData("0x0x00")]
    [InlineData("0X00")]
    [InlineData("００")]
    public void Other_text_is_refused_and_not_repeated(string text)
    {
        Assert.False(Hex.TryDecode(text, out byte[] bytes));
        Assert.Empty(bytes);
        FormatException refusal = Assert.Throws<FormatException>(() => Hex.Decode(text));
        Assert.DoesNotContain("5ec7e7", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x0102", 1, false)]
    [InlineData("0x0102", 2, true)]
    [InlineData("0x0102", 3, false)]
    [InlineData("0x010", 1, false)]
    [InlineData("0x01gg", 2, false)]
    public void A_fixed_destination_must_fit_exactly(string text, int length, bool accepted) =>
        Assert.Equal(accepted, Hex.TryDecode(text, new byte[length].AsSpan()));
}
