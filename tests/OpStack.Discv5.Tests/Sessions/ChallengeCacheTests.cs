using OpStack.Discv5.Packets;
using OpStack.Discv5.Sessions;
using static OpStack.Discv5.Tests.Sessions.SessionTests;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Sessions;

public sealed class ChallengeCacheTests
{
    [Fact]
    public void The_same_challenge_is_repeated_as_the_same_packet()
    {
        ChallengeCache cache = new();
        Challenge challenge = Add(cache, 1, TimeSpan.Zero);
        Assert.True(cache.TryGet(Address(A, 1), TimeSpan.Zero, out Challenge? again));
        Assert.Same(challenge, again);

        byte[] first = new byte[PacketLimits.MinSize], second = new byte[PacketLimits.MinSize];
        Assert.Equal(63, challenge.Write(first));
        again.Write(second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void A_challenge_is_answered_once()
    {
        ChallengeCache cache = new();
        Challenge challenge = Add(cache, 1, TimeSpan.Zero);
        Assert.False(cache.TryTake(Address(A, 2), TimeSpan.Zero, out _));
        Assert.False(cache.TryTake(Address(B, 1), TimeSpan.Zero, out _));
        Assert.True(cache.TryTake(Address(A, 1), TimeSpan.Zero, out Challenge? taken));
        Assert.Same(challenge, taken);
        Assert.False(cache.TryTake(Address(A, 1), TimeSpan.Zero, out _));
    }

    [Fact]
    public void A_challenge_lives_a_second()
    {
        ChallengeCache cache = new();
        Add(cache, 1, TimeSpan.FromSeconds(10));
        Assert.True(cache.TryGet(Address(A, 1), TimeSpan.FromSeconds(11) - TimeSpan.FromTicks(1), out _));
        Assert.False(cache.TryTake(Address(A, 1), TimeSpan.FromSeconds(11), out _));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void A_flood_drops_the_oldest_and_never_more_than_fit()
    {
        ChallengeCache cache = new();
        for (int port = 1; port <= 5000; port++)
        {
            Add(cache, port, TimeSpan.Zero);
            Assert.True(cache.Count <= SessionLimits.MaxChallenges);
        }

        Assert.False(cache.TryGet(Address(A, 5000 - SessionLimits.MaxChallenges), TimeSpan.Zero, out _));
        Assert.True(cache.TryGet(Address(A, 5001 - SessionLimits.MaxChallenges), TimeSpan.Zero, out _));
    }

    private static Challenge Add(ChallengeCache cache, int port, TimeSpan now) =>
        cache.Add(Address(A, port), new PacketNonce(1, 2), null, new byte[16], new byte[16], now);
}
