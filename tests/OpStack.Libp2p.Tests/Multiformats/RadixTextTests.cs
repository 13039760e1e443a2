using System.Text;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.Libp2p.Tests.Multiformats;

public class RadixTextTests
{
    // draft-msporny-base58, section 5.
    [Theory]
    [InlineData("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U")]
    [InlineData("54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e", "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z")]
    [InlineData("0000287fb4cd", "11233QC4")]
    [InlineData("", "")]
    [InlineData("0000", "11")]
    public void Base58_vectors(string hex, string text)
    {
        Assert.Equal(text, RadixText.Base58Btc.Encode(Convert.FromHexString(hex)));
        Assert.Equal(hex, Decode(RadixText.Base58Btc, text));
    }

    // multiformats/multibase, tests/basic.csv and leading_zero.csv ("yes mani !").
    [Theory]
    [InlineData("yes mani !", "2lcpzo5yikidynfl")]
    [InlineData("\0yes mani !", "02lcpzo5yikidynfl")]
    [InlineData("\0\0yes mani !", "002lcpzo5yikidynfl")]
    public void Base36_vectors(string content, string text)
    {
        Assert.Equal(text, RadixText.Base36.Encode(Encoding.ASCII.GetBytes(content)));
        Assert.Equal(Convert.ToHexStringLower(Encoding.ASCII.GetBytes(content)), Decode(RadixText.Base36, text));
    }

    [Theory]
    [InlineData("yes mani !", "pfsxgidnmfxgsibb")]
    [InlineData("\0yes mani !", "ab4wk4zanvqw42jaee")]
    public void Base32_vectors(string content, string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        Assert.Equal(text, Base32Text.Encode(Encoding.ASCII.GetBytes(content)));
        Assert.True(Base32Text.TryDecode(text, bytes, out int length));
        Assert.Equal(content, Encoding.ASCII.GetString(bytes[..length]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("O")]
    [InlineData("I")]
    [InlineData("l")]
    [InlineData("2NEpo7TZ RrLZSi2U")]
    [InlineData("2NEpo7TZé")]
    [InlineData("+")]
    public void Base58_refuses_foreign_characters(string text) => Assert.Null(Decode(RadixText.Base58Btc, text));

    [Fact]
    public void A_lone_surrogate_is_refused() => Assert.Null(Decode(RadixText.Base58Btc, "\ud800"));

    [Theory]
    [InlineData("pfsxgidnmfxgsibbb", "a character too many")]
    [InlineData("pfsxgidnmfxgsibba", "a character too many")]
    [InlineData("ab4wk4zanvqw42jaef", "set bits behind the last byte")]
    [InlineData("PFSXGIDNMFXGSIBB", "upper case")]
    [InlineData("pfsxgidnmfxgsib1", "a foreign digit")]
    [InlineData("pfsxgid=", "padding")]
    public void Base32_refuses(string text, string why) => Assert.False(Base32Text.TryDecode(text, stackalloc byte[64], out _), why);

    [Fact]
    public void Every_codec_refuses_what_the_destination_cannot_hold()
    {
        Span<byte> small = stackalloc byte[4];
        Assert.False(RadixText.Base58Btc.TryDecode("2NEpo7TZRRrLZSi2U", small, out _));
        Assert.False(RadixText.Base58Btc.TryDecode("11111", small, out _));
        Assert.False(Base32Text.TryDecode("pfsxgidnmfxgsibb", small, out _));
        Assert.False(Multibase.TryDecode("uAQIDBAU", small, out _));
        Assert.True(Multibase.TryDecode("uAQIDBA", small, out int length));
        Assert.Equal(4, length);
    }

    [Theory]
    [InlineData("uAQIDBA==")]
    [InlineData("uAQID BA")]
    [InlineData("uAQIDBB")]
    [InlineData("uAQID+A")]
    [InlineData("u\u00e9")]
    [InlineData("xAQID")]
    [InlineData("")]
    public void Multibase_refuses(string text) => Assert.False(Multibase.TryDecode(text, stackalloc byte[64], out _));

    [Fact]
    public void Random_bytes_survive_a_round_trip_in_every_base()
    {
        Random random = new(7);
        Span<byte> decoded = stackalloc byte[64];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = new byte[random.Next(45)];
            random.NextBytes(bytes);
            bytes.AsSpan(0, random.Next(bytes.Length + 1) / 4).Clear();
            foreach (string text in (string[])["b" + Base32Text.Encode(bytes), "k" + RadixText.Base36.Encode(bytes), "z" + RadixText.Base58Btc.Encode(bytes), Multibase.EncodeBase64Url(bytes)])
            {
                Assert.True(Multibase.TryDecode(text, decoded, out int length), text);
                Assert.Equal(bytes, decoded[..length].ToArray());
            }
        }
    }

    [Theory]
    [Trait("Row", "11")]
    [InlineData('z')]
    [InlineData('k')]
    [InlineData('b')]
    [InlineData('u')]
    public void Text_of_64_kB_is_refused_before_any_work(char multibase)
    {
        string text = multibase + new string('2', 65_536);
        byte[] destination = new byte[65_536];
        Assert.Equal(0, Mutations.AllocatedBy(() => Assert.False(Multibase.TryDecode(text, destination, out _))));
        Assert.All(destination, b => Assert.Equal(0, b));
    }

    private static string? Decode(RadixText codec, string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return codec.TryDecode(text, bytes, out int length) ? Convert.ToHexStringLower(bytes[..length]) : null;
    }
}
