using OpStack.Discv5.Records;
using OpStack.P2P.Peers;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Tests.Peers;

public sealed class EnrValidationTests
{
    // kona.md 4.3: chain 2151908, raw value e4ab830100.
    private const string OtherChain = "enr:-Jy4QHRgJ9rnWbTs0oOfv8IHt77NDhHE3rwXf3fCh8RRN8sze4gyuQ2MkAapZwneDd_LH77TGCRS5N4wPGm-J5Hh-oCDAQKOgmlkgnY0gmlwhC36_pOHb3BzdGFja4Xkq4MBAIlzZWNwMjU2azGhAqUtGspoH5IzIIAwaqcipQFWripEU12KAiKFqRKDCZWxg3RjcIIjK4N1ZHCCIys";

    // wire.md 10: chain 10 at 127.0.0.1:9222, and op-stack-p2p.md 1.2, record 2.
    private const string Chain10 = "enr:-Jy4QEhZOB5J8oM_Bhg32QPs8WqW5tNzjknZMGNVO9En_pCQRtCW-L0kMuq9u8jNZiL-w3_UzF7AY-54Z-gIxZ0TWjeGAYvP5WgAgmlkgnY0gmlwhH8AAAGHb3BzdGFja4IKAIlzZWNwMjU2azGhA8pjTK4NSay0Adikxrb-jFW3DRFb9AB2nMFADzJYzTE4g3RjcIIkBoN1ZHCCJAY";
    private const string Chain20240324 = "enr:-J-4QFBU1YSd5IjpTNT1gFST5QRaboFjO4lCUQyhkIcjYlTIOTQqPJ7PbHfPbcWw0B9SYwXBXzRnE9cS5miFtVjS9aGGAY5-6-6vgmlkgnY0gmlwhKwWm6-Hb3BzdGFja4XEr9MJAIlzZWNwMjU2azGhAwVZ0ISbDnDpQZYykxOV514-IXQn2dpUCVohWUKR59B5g3RjcIIkBoN1ZHCCvF0";

    [Theory]
    [InlineData(10UL, "0a00")]
    [InlineData(8453UL, "854200")]
    [InlineData(901UL, "850700")]
    [InlineData(20240324UL, "c4afd30900")]
    [InlineData(11155420UL, "dcefa80500")]
    [InlineData(ulong.MaxValue, "ffffffffffffffffff0100")]
    public void The_entry_has_the_published_encoding(ulong chainId, string content)
    {
        Assert.Equal(content, Hex.Encode(OpStackEnr.FromChainId(chainId).Encode()));
        Assert.True(OpStackEnr.TryDecode(Hex.Decode(content), out OpStackEnr entry));
        Assert.Equal(OpStackEnr.FromChainId(chainId), entry);
        Assert.True(OpStackEnr.TryDecode(Hex.Decode(content + "c0ffee"), out entry));
        Assert.Equal(chainId, entry.ChainId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0a")]
    [InlineData("8542")]
    [InlineData("85")]
    [InlineData("8080808080808080808000")]
    [InlineData("ffffffffffffffffff0200")]
    [InlineData("0affffffffffffffffffff01")]
    public void A_short_or_too_large_entry_is_refused(string content) => Assert.False(OpStackEnr.TryDecode(Hex.Decode(content), out _));

    [Theory]
    [InlineData(OtherChain, 2151908UL)]
    [InlineData(Chain10, 10UL)]
    [InlineData(Chain20240324, 20240324UL)]
    public void Real_records_are_valid_on_their_own_chain_alone(string text, ulong chainId)
    {
        Assert.True(Enr.TryParse(text, out Enr? record));
        Assert.True(EnrValidation.Validate(record, chainId).IsValid);

        EnrValidation other = EnrValidation.Validate(record, chainId + 1);
        Assert.Equal((EnrOutcome.InvalidChainId, chainId), (other.Outcome, other.Entry.ChainId));
    }

    [Fact]
    public void Each_fault_has_its_outcome_and_the_version_is_judged_before_the_chain()
    {
        Assert.Equal(EnrOutcome.Valid, Judge(null).Outcome);
        Assert.Equal(OpStackEnrError.MissingKey, Judge(b => b.Remove(OpStackEnr.Key)).Error);
        Assert.Equal(OpStackEnrError.DecodeError, Judge(b => b.Set(OpStackEnr.Key, [0x85])).Error);
        Assert.Equal(OpStackEnrError.DecodeError, Judge(b => b.SetRaw(OpStackEnr.Key, [0xc2, 0x0a, 0x80])).Error);

        EnrValidation version = Judge(b => b.Set(OpStackEnr.Key, new OpStackEnr(1, 7).Encode()));
        Assert.Equal((EnrOutcome.ConversionError, OpStackEnrError.InvalidVersion, 7UL), (version.Outcome, version.Error, version.Entry.Version));

        EnrValidation chain = Judge(b => b.Set(OpStackEnr.Key, new OpStackEnr(1, 0).Encode()));
        Assert.Equal((EnrOutcome.InvalidChainId, OpStackEnrError.None, 1UL), (chain.Outcome, chain.Error, chain.Entry.ChainId));
    }

    [Theory]
    [InlineData(OtherChain, "/ip4/45.250.254.147/tcp/9003/p2p/16Uiu2HAm6YT98Hd3qAtop3TFM75uXvuyEhZYwPCfZ9mzRckmFkmW")]
    [InlineData(Chain20240324, "/ip4/172.22.155.175/tcp/9222/p2p/16Uiu2HAmD1spbuKNfjimLSEay5Jew8BraGEoM6TfwHEGx8E1qSh6")]
    public void A_record_becomes_the_address_libp2p_dials(string text, string address)
    {
        Assert.True(Enr.TryParse(text, out Enr? record));
        Assert.Equal(address, record.ToMultiaddr()?.ToString());
    }

    [Fact]
    public void Ip4_comes_before_ip6_and_no_tcp_means_no_address()
    {
        Enr both = TestRecords.Of(1, change: b => b.SetIp(System.Net.IPAddress.Parse("2001:db8::1")).SetTcp6(1234));
        Assert.StartsWith("/ip4/52.1.2.3/tcp/9222/p2p/", both.ToMultiaddr()!.ToString());

        Enr ip6 = TestRecords.Of(1, change: b => b.Remove("ip").SetIp(System.Net.IPAddress.Parse("2001:db8::1")).SetTcp6(1234));
        Assert.StartsWith("/ip6/2001:db8::1/tcp/1234/p2p/", ip6.ToMultiaddr()!.ToString());

        Assert.Null(TestRecords.Of(1, change: b => b.Remove("tcp")).ToMultiaddr());
        Assert.Null(TestRecords.Of(1, change: b => b.Remove("ip")).ToMultiaddr());
    }

    private static EnrValidation Judge(Action<EnrBuilder>? change) => EnrValidation.Validate(TestRecords.Of(1, change: change), TestRecords.ChainId);
}
