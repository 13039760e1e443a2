using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Sync;

public sealed class BlockTimesTests
{
    private static readonly RollupConfig Config = TestChains.At(1, PayloadVersion.V4) with
    {
        Genesis = new RollupGenesis(default, new BlockId(default, 100), 1_000),
    };

    [Theory]
    [InlineData(100UL, 1_000UL)]
    [InlineData(101UL, 1_002UL)]
    [InlineData(99UL, 1_000UL)]
    [InlineData(0UL, 1_000UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    public void Every_height_has_a_timestamp(ulong number, ulong timestamp) => Assert.Equal(timestamp, BlockTimes.TimestampOf(Config, number));

    [Theory]
    [InlineData(999L, null)]
    [InlineData(-1L, null)]
    [InlineData(1_000L, 100UL)]
    [InlineData(1_001L, 100UL)]
    [InlineData(1_002L, 101UL)]
    public void The_clock_says_which_block_is_the_highest(long now, ulong? highest)
    {
        bool hasBegun = BlockTimes.TryGetHighest(Config, DateTimeOffset.FromUnixTimeSeconds(now), out ulong number);

        Assert.Equal(highest, hasBegun ? number : null);
    }
}
