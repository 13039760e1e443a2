using OpStack.Libp2p.Gossipsub;
using static OpStack.Libp2p.Tests.Gossipsub.Router.RouterHarness;

namespace OpStack.Libp2p.Tests.Gossipsub.Router;

public class SeenCacheTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(65);

    [Fact]
    public void An_id_is_remembered_from_its_first_sight_for_the_time_to_live()
    {
        SeenCache seen = new(Ttl, 10);
        Assert.True(seen.Add(Id(1), TimeSpan.Zero));
        Assert.False(seen.Add(Id(1), TimeSpan.FromSeconds(64)));
        Assert.True(seen.Contains(Id(1), Ttl - TimeSpan.FromTicks(1)));
        Assert.False(seen.Contains(Id(1), Ttl));
        Assert.True(seen.Add(Id(1), Ttl));
        seen.Sweep(Ttl + Ttl - TimeSpan.FromTicks(1));
        Assert.Equal(1, seen.Count);
        seen.Sweep(Ttl + Ttl);
        Assert.Equal(0, seen.Count);
    }

    [Fact]
    public void Garbage_pushes_out_garbage_before_accepted_ids()
    {
        SeenCache seen = new(Ttl, 4);
        seen.Add(Id(1), TimeSpan.Zero);
        seen.Accept(Id(1), TimeSpan.Zero);
        for (int i = 2; i < 100; i++)
        {
            seen.Add(Id(i), TimeSpan.Zero);
            Assert.True(seen.Count <= 4);
        }

        Assert.Equal([1, 97, 98, 99], Enumerable.Range(1, 99).Where(i => seen.Contains(Id(i), TimeSpan.Zero)));
    }

    [Fact]
    public void When_all_are_accepted_the_oldest_goes()
    {
        SeenCache seen = new(Ttl, 3);
        for (int i = 1; i <= 5; i++)
        {
            seen.Accept(Id(i), TimeSpan.Zero);
        }

        Assert.Equal([3, 4, 5], Enumerable.Range(1, 5).Where(i => seen.Contains(Id(i), TimeSpan.Zero)));
    }

    [Fact]
    public void An_id_evicted_and_seen_again_keeps_its_new_time()
    {
        SeenCache seen = new(Ttl, 1);
        seen.Accept(Id(1), TimeSpan.Zero);
        seen.Add(Id(2), TimeSpan.FromSeconds(1));
        seen.Add(Id(1), TimeSpan.FromSeconds(30));
        seen.Sweep(TimeSpan.FromSeconds(94));
        Assert.True(seen.Contains(Id(1), TimeSpan.FromSeconds(94)));
        seen.Sweep(TimeSpan.FromSeconds(95));
        Assert.Equal(0, seen.Count);
    }
}

public class MessageCacheTests
{
    private const long Room = 1 << 20;

    private static GossipFrame Frame(int size = 10) => GossipFrame.Encode(Topic, new byte[size]);

    private static bool IsHeld(GossipFrame frame)
    {
        bool held = frame.TryRetain();
        if (held)
        {
            frame.Release();
        }

        return held;
    }

    private static GossipFrame Put(MessageCache cache, int id, int size = 10, string topic = Topic)
    {
        GossipFrame frame = Frame(size);
        cache.Put(Id(id), topic, frame);
        frame.Release();
        return frame;
    }

    private static List<MessageId> GossipIds(MessageCache cache)
    {
        List<MessageId> ids = [];
        cache.AddGossipIds(Topic, ids);
        return ids;
    }

    [Fact]
    public void Messages_are_gossiped_three_heartbeats_and_held_twelve()
    {
        MessageCache cache = new(12, 3, 100, 1 << 20);
        GossipFrame frame = Put(cache, 1);
        for (int heartbeat = 0; heartbeat < 12; heartbeat++)
        {
            Assert.Equal(heartbeat < 3 ? 1 : 0, GossipIds(cache).Count);
            Assert.True(IsHeld(frame));
            cache.Shift();
        }

        Assert.False(IsHeld(frame));
        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
    }

    [Fact]
    public void Gossip_ids_are_those_of_the_topic()
    {
        MessageCache cache = new(12, 3, 100, 1 << 20);
        Put(cache, 1);
        Put(cache, 2, topic: "other");
        Assert.Equal([Id(1)], GossipIds(cache));
    }

    [Fact]
    public void One_peer_gets_a_message_three_times_another_as_well()
    {
        MessageCache cache = new(12, 3, 100, 1 << 20);
        Put(cache, 1);
        Assert.Equal(3, Enumerable.Range(0, 1000).Count(_ => cache.TryGive(Id(1), Peer(1), 3, Room, out GossipFrame? _)));
        Assert.True(cache.TryGive(Id(1), Peer(2), 3, Room, out GossipFrame? _));
        Assert.False(cache.TryGive(Id(2), Peer(2), 3, Room, out GossipFrame? _));
    }

    [Fact]
    public void What_does_not_fit_the_room_is_not_given_and_not_counted()
    {
        MessageCache cache = new(12, 3, 100, 1 << 20);
        int length = Put(cache, 1).Length;
        Assert.False(cache.TryGive(Id(1), Peer(1), 1, length - 1, out GossipFrame? _));
        Assert.True(cache.TryGive(Id(1), Peer(1), 1, length, out GossipFrame? _));
    }

    [Fact]
    public void A_message_is_given_to_1024_peers()
    {
        MessageCache cache = new(12, 3, 100, 1 << 20);
        Put(cache, 1);
        Assert.Equal(1024, Enumerable.Range(0, 3000).Count(i => cache.TryGive(Id(1), Peer(i), 3, Room, out GossipFrame? _)));
        Assert.True(cache.TryGive(Id(1), Peer(0), 3, Room, out GossipFrame? _));
    }

    [Fact]
    public void Over_the_number_of_messages_the_oldest_is_released()
    {
        MessageCache cache = new(12, 3, maxMessages: 3, 1 << 20);
        GossipFrame[] frames = [.. Enumerable.Range(0, 5).Select(i => Put(cache, i))];
        Assert.Equal([false, false, true, true, true], frames.Select(IsHeld));
        Assert.Equal(3, cache.Count);
    }

    [Fact]
    public void Over_the_bytes_the_oldest_is_released()
    {
        MessageCache cache = new(12, 3, 100, maxBytes: 3000);
        GossipFrame[] frames = [.. Enumerable.Range(0, 5).Select(i => Put(cache, i, size: 700))];
        Assert.Equal([false, false, false, true, true], frames.Select(IsHeld));
        Assert.Equal(2 * (1024 + GossipsubLimits.CachedEntryOverhead), cache.Bytes); // The pool rounds up.
        Assert.False(IsHeld(Put(cache, 9, size: 5000)));
        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void The_same_message_twice_takes_one_reference()
    {
        MessageCache cache = new(12, 3, 100, 1 << 20);
        GossipFrame frame = Frame();
        cache.Put(Id(1), Topic, frame);
        cache.Put(Id(1), Topic, frame);
        cache.Clear();
        frame.Release();
        Assert.False(IsHeld(frame));
    }
}

public class BackoffsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // One value close to the end of time (CVE-2026-34219).
    [Fact]
    [Trait("Row", "34")]
    public void A_backoff_is_an_hour_at_most()
    {
        Backoffs backoffs = new(10);
        backoffs.Add(Topic, Peer(1), TimeSpan.MaxValue, Minute);
        backoffs.Add(Topic, Peer(2), TimeSpan.MaxValue - Minute, Minute);
        Assert.Equal(TimeSpan.FromMinutes(61), backoffs.End(Topic, Peer(1)));
        Assert.Equal(TimeSpan.FromMinutes(61), backoffs.End(Topic, Peer(2)));
    }

    [Fact]
    public void A_shorter_backoff_does_not_end_a_longer_one()
    {
        Backoffs backoffs = new(10);
        backoffs.Add(Topic, Peer(1), Minute, TimeSpan.Zero);
        backoffs.Add(Topic, Peer(1), TimeSpan.FromSeconds(1), TimeSpan.Zero);
        Assert.Equal(Minute, backoffs.End(Topic, Peer(1)));
        backoffs.Add(Topic, Peer(1), Minute, TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(61), backoffs.End(Topic, Peer(1)));
    }

    [Fact]
    public void An_entry_stays_two_seconds_longer_than_it_counts()
    {
        Backoffs backoffs = new(10);
        backoffs.Add(Topic, Peer(1), Minute, TimeSpan.Zero);
        backoffs.Sweep(TimeSpan.FromSeconds(62));
        Assert.Equal(Minute, backoffs.End(Topic, Peer(1)));
        backoffs.Sweep(TimeSpan.FromSeconds(62) + TimeSpan.FromTicks(1));
        Assert.Null(backoffs.End(Topic, Peer(1)));
        Assert.Equal(0, backoffs.Count);
    }

    [Fact]
    public void When_full_the_one_that_ends_last_goes()
    {
        Backoffs backoffs = new(3);
        int[] seconds = [30, 10, 20, 40];
        for (int i = 0; i < seconds.Length; i++)
        {
            backoffs.Add(Topic, Peer(i), TimeSpan.FromSeconds(seconds[i]), TimeSpan.Zero);
        }

        Assert.Equal([Peer(1), Peer(2), Peer(3)], backoffs.Entries().Select(entry => entry.Peer).Order());
    }
}
