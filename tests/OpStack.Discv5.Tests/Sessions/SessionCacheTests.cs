using OpStack.Discv5.Packets;
using OpStack.Discv5.Sessions;
using static OpStack.Discv5.Tests.Sessions.SessionTests;
using static OpStack.Discv5.Tests.WireVectors;

namespace OpStack.Discv5.Tests.Sessions;

public sealed class SessionCacheTests
{
    [Fact]
    public void A_session_is_found_by_node_and_endpoint_both()
    {
        using SessionCache cache = new();
        Session session = cache.Establish(Address(A, 1), Keys(), TimeSpan.Zero);
        Assert.True(cache.TryGet(Address(A, 1), TimeSpan.Zero, out Session? found));
        Assert.Same(session, found);
        Assert.False(cache.TryGet(Address(A, 2), TimeSpan.Zero, out _));
        Assert.False(cache.TryGet(Address(B, 1), TimeSpan.Zero, out _));
    }

    [Fact]
    public void It_holds_a_thousand_and_drops_the_least_recently_used()
    {
        using SessionCache cache = new();
        for (int port = 1; port <= 1000; port++)
            cache.Establish(Address(A, port), Keys(), TimeSpan.Zero);
        Session second = Get(cache, 2)!;
        Assert.NotNull(Get(cache, 1));

        cache.Establish(Address(A, 1001), Keys(), TimeSpan.Zero);
        cache.Establish(Address(A, 1002), Keys(), TimeSpan.Zero);
        Assert.Equal(1000, cache.Count);
        Assert.NotNull(Get(cache, 1));
        Assert.Same(second, Get(cache, 2));
        Assert.Null(Get(cache, 3));
        Assert.Null(Get(cache, 4));
        Assert.NotNull(Get(cache, 5));
    }

    [Fact]
    public void A_dropped_session_is_disposed()
    {
        using SessionCache cache = new(capacity: 1);
        Session first = cache.Establish(Address(A, 1), Keys(), TimeSpan.Zero);
        cache.Establish(Address(A, 2), Keys(), TimeSpan.Zero);
        AssertDisposed(first);
        Session second = Get(cache, 2)!;
        Assert.True(cache.Remove(Address(A, 2)));
        Assert.False(cache.Remove(Address(A, 2)));
        AssertDisposed(second);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void A_second_handshake_keeps_the_session_and_its_old_keys()
    {
        using SessionCache cache = new();
        Session first = cache.Establish(Address(A, 1), Keys(), TimeSpan.Zero);
        Assert.Same(first, cache.Establish(Address(A, 1), Keys(), TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(1), first.EstablishedAt);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void A_session_lasts_a_day_from_its_handshake()
    {
        using SessionCache cache = new();
        Session session = cache.Establish(Address(A, 1), Keys(), TimeSpan.FromHours(1));
        Assert.True(cache.TryGet(Address(A, 1), TimeSpan.FromHours(25) - TimeSpan.FromTicks(1), out _));
        Assert.False(cache.TryGet(Address(A, 1), TimeSpan.FromHours(25), out _));
        AssertDisposed(session);
        Assert.Equal(0, cache.Count);
    }

    private static SessionKeys Keys() => new(new MessageCipher(new byte[16]), new MessageCipher(new byte[16]));

    private static Session? Get(SessionCache cache, int port) =>
        cache.TryGet(Address(A, port), TimeSpan.Zero, out Session? session) ? session : null;

    private static void AssertDisposed(Session session) =>
        Assert.Throws<ObjectDisposedException>(
            () => session.TryEncrypt(B, new byte[16], 1, new byte[1], new byte[PacketLimits.MaxSize], out _, out _));
}
