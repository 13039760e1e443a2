using OpStack.Discv5.Filter;

namespace OpStack.Discv5.Tests.Filter;

public sealed class RateLimiterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(500)]
    public void Takes_its_rate_at_once_and_then_one_per_interval(int rate)
    {
        Gcra limit = default;
        TimeSpan now = TimeSpan.FromHours(3), interval = TimeSpan.FromTicks(TimeSpan.TicksPerSecond / rate);
        Assert.Equal(rate, Enumerable.Range(0, rate + 5).Count(_ => limit.TryTake(rate, now)));
        Assert.False(limit.TryTake(rate, now + interval - TimeSpan.FromTicks(1)));
        Assert.True(limit.TryTake(rate, now + interval));
        Assert.False(limit.TryTake(rate, now + interval));
        now += TimeSpan.FromDays(1);
        Assert.Equal(rate, Enumerable.Range(0, rate + 5).Count(_ => limit.TryTake(rate, now)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Agrees_with_a_bucket_of_tokens(int seed)
    {
        Random random = new(seed);
        RateLimiter<int> limiter = new(FilterLimits.PacketsPerAddress, 100);
        long interval = TimeSpan.TicksPerSecond / FilterLimits.PacketsPerAddress, full = interval * FilterLimits.PacketsPerAddress;
        long[] credit = new long[5], last = new long[5];
        Array.Fill(credit, full);
        long now = 0;
        int taken = 0;
        for (int i = 0; i < 50_000; i++)
        {
            now += random.Next(20) == 0 ? random.NextInt64(3 * interval) : random.NextInt64(interval / 20);
            int key = random.Next(5);
            credit[key] = Math.Min(full, credit[key] + now - last[key]);
            last[key] = now;
            bool expected = credit[key] >= interval;
            credit[key] -= expected ? interval : 0;
            taken += expected ? 1 : 0;
            Assert.Equal(expected, limiter.TryTake(key, TimeSpan.FromTicks(now)));
        }

        Assert.InRange(taken, 1_000, 49_000);
    }

    [Fact]
    public void The_map_forgets_what_was_used_longest_ago()
    {
        Random random = new(7);
        LruMap<int, int> map = new(20);
        List<(int Key, int Value)> model = [];
        for (int i = 1; i < 20_000; i++)
        {
            int key = random.Next(40);
            ref int value = ref map.Use(key);
            int known = model.FindIndex(entry => entry.Key == key);
            Assert.Equal(known < 0 ? 0 : model[known].Value, value);
            value = i;
            if (known >= 0 || model.Count == 20)
            {
                model.RemoveAt(Math.Max(known, 0));
            }

            model.Add((key, i));
            Assert.Equal(model.Count, map.Count);
        }
    }

    [Fact]
    public void A_map_of_one_keeps_the_last_key()
    {
        LruMap<int, int> map = new(1);
        map.Use(1) = 5;
        Assert.Equal(5, map.Use(1));
        Assert.Equal(0, map.Use(2));
        Assert.Equal(0, map.Use(1));
        Assert.Equal(1, map.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LruMap<int, int>(0));
    }
}
