namespace OpStack.Libp2p.Tests;

public class TokenBucketTests
{
    [Fact]
    public void A_burst_and_then_one_per_interval()
    {
        // attack-cases.md row 30: a hundred a second for a minute against burst 10 and one per 5 s.
        TokenBucket bucket = new(10, TimeSpan.FromSeconds(5), TimeSpan.Zero);
        int taken = 0;
        for (int i = 0; i <= 6_000; i++)
        {
            taken += bucket.TryTake(TimeSpan.FromMilliseconds(10 * i)) ? 1 : 0;
        }

        Assert.Equal(22, taken);
    }

    [Fact]
    public void A_full_bucket_gains_nothing()
    {
        TokenBucket bucket = new(2, TimeSpan.FromSeconds(5), TimeSpan.Zero);
        TimeSpan late = TimeSpan.FromSeconds(1004);
        Assert.True(bucket.TryTake(late));
        Assert.True(bucket.TryTake(late));
        Assert.False(bucket.TryTake(late));
        Assert.Equal(TimeSpan.FromSeconds(5), bucket.NextIn(late));
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.NextIn(late + TimeSpan.FromSeconds(4)));
        Assert.False(bucket.TryTake(late + TimeSpan.FromSeconds(4.9)));
        Assert.Equal(TimeSpan.Zero, bucket.NextIn(late + TimeSpan.FromSeconds(5)));
        Assert.True(bucket.TryTake(late + TimeSpan.FromSeconds(5)));
        Assert.False(bucket.TryTake(late + TimeSpan.FromSeconds(9.9)));
    }
}
