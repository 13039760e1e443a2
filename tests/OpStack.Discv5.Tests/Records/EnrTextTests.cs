using OpStack.Discv5.Records;
using OpStack.P2P.TestKit;

namespace OpStack.Discv5.Tests.Records;

public sealed class EnrTextTests
{
    private static readonly string Text = new EnrBuilder(1).Set("a", [1, 2, 3]).Build(EnrForge.Key).ToString();

    [Fact]
    public void The_prefix_may_be_missing()
    {
        Assert.True(Enr.TryParse(Text["enr:".Length..], out Enr? record));
        Assert.Equal(Text, record.ToString());
    }

    [Theory]
    [InlineData("{0}=")]
    [InlineData("{0}==")]
    [InlineData(" {0}")]
    [InlineData("{0} ")]
    [InlineData("{0}\n")]
    [InlineData("enr:{0}")]
    [InlineData("{0}AAAA")]
    public void Text_with_anything_around_it_is_refused(string format) => AssertRefused(string.Format(null, format, Text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("enr:")]
    [InlineData("ENR:AAAA")]
    [InlineData("enr:+/+/")]
    [InlineData("enr:é")]
    public void What_is_no_record_is_refused(string? text) => AssertRefused(text);

    [Fact]
    public void White_space_within_is_refused() => AssertRefused(Text.Insert(20, "\n"));

    [Fact]
    public void Bits_beyond_the_last_byte_must_be_zero()
    {
        // A record of a length that base64 does not divide evenly: its last character has bits to spare.
        string text = Enumerable.Range(1, 3).Select(size => new EnrBuilder(1).Set("a", new byte[size + 1]).Build(EnrForge.Key))
            .First(record => record.Encoded.Length % 3 != 0).ToString();
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Assert.True(Enr.TryParse(text, out _));
        AssertRefused(text[..^1] + alphabet[alphabet.IndexOf(text[^1], StringComparison.Ordinal) + 1]);
    }

    [Fact]
    [Trait("Row", "8")]
    public void Text_above_512_characters_is_refused_before_base64()
    {
        string large = "enr:" + new string('A', 100_000);
        AssertRefused(large);
        Assert.Equal(0, Mutations.AllocatedBy(() => Enr.TryParse(large, out _)));
        AssertRefused(Text + new string('A', 513 - Text.Length));
    }

    [Fact]
    public void No_text_cut_short_is_read() =>
        Assert.All(Enumerable.Range(0, Text.Length), length => AssertRefused(Text[..length]));

    private static void AssertRefused(string? text) => Assert.False(Enr.TryParse(text, out _));
}
