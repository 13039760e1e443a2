namespace OpStack.P2P.Tests.Gossip;

public sealed class BlockTopicsTests
{
    [Fact]
    public void A_chain_has_four_topics() =>
        Assert.Equal(["/optimism/10/0/blocks", "/optimism/10/1/blocks", "/optimism/10/2/blocks", "/optimism/10/3/blocks"], new BlockTopics(10).All);

    [Fact]
    public void Topic_and_version_belong_together()
    {
        BlockTopics topics = new(ulong.MaxValue);
        foreach (PayloadVersion version in Enum.GetValues<PayloadVersion>())
        {
            Assert.Equal($"/optimism/18446744073709551615/{(int)version - 1}/blocks", topics[version]);
            Assert.True(topics.TryGetVersion(topics[version], out PayloadVersion read));
            Assert.Equal(version, read);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => topics[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => topics[(PayloadVersion)5]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/optimism/11/0/blocks")]
    [InlineData("/optimism/10/4/blocks")]
    [InlineData("/optimism/10/0/blocks/")]
    [InlineData("/Optimism/10/0/blocks")]
    public void Any_other_topic_has_no_version(string topic) => Assert.False(new BlockTopics(10).TryGetVersion(topic, out _));
}
