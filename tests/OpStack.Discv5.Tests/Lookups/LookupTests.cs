using OpStack.Discv5.Lookups;
using OpStack.Discv5.Tests.Routing;

namespace OpStack.Discv5.Tests.Lookups;

public sealed class LookupTests
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5);
    private static readonly NodeId Self = TestNode.IdAt(TestNode.Zero, 256, 77), Target = TestNode.Zero;

    [Fact]
    public void Without_seeds_it_is_over_at_once()
    {
        Lookup<TestNode> lookup = Begin();
        Assert.False(lookup.IsFinished);
        Assert.False(lookup.TryNext(Start, out _));
        Assert.True(lookup.IsFinished);
        Assert.Empty(lookup.Result);
    }

    [Fact]
    public void Three_are_asked_at_a_time_the_closest_first()
    {
        Lookup<TestNode> lookup = Begin(250, 230, 240, 220, 210);
        Assert.Equal([210, 220, 230], AskAll(lookup, Start));
        Assert.Equal(3, lookup.Asked);
        lookup.Failed(Node(220).NodeId);
        Assert.Equal([240], AskAll(lookup, Start));
        lookup.Answered(Node(210).NodeId, [Node(5), Node(300 - 60)]);
        Assert.Equal([5], AskAll(lookup, Start));
    }

    [Fact]
    public void Hops_count_the_longest_way_to_a_node_that_answered()
    {
        Lookup<TestNode> lookup = Begin(250, 240);
        Assert.Equal(0, lookup.Hops);
        AskAll(lookup, Start);
        lookup.Answered(Node(250).NodeId, []);
        Assert.Equal(1, lookup.Hops);
        lookup.Answered(Node(240).NodeId, [Node(200)]);
        AskAll(lookup, Start);
        Assert.Equal(1, lookup.Hops); // Heard of, but it has not answered yet.
        lookup.Answered(Node(200).NodeId, [Node(100)]);
        AskAll(lookup, Start);
        lookup.Failed(Node(100).NodeId);
        Assert.Equal(2, lookup.Hops);
    }

    [Fact]
    public void It_asks_for_the_distances_of_each_node()
    {
        Lookup<TestNode> lookup = Begin(250);
        Assert.True(lookup.TryNext(Start, out LookupQuery<TestNode> query));
        Assert.Equal(Node(250), query.Record);
        Assert.Equal([250, 251, 249], query.Distances);
    }

    [Fact]
    public void We_ourselves_and_those_seen_already_are_not_asked()
    {
        Lookup<TestNode> lookup = Begin(250, 240);
        AskAll(lookup, Start);
        lookup.Answered(Node(250).NodeId, [new TestNode(Self, 1, TestNode.Endpoint(1)), Node(240) with { Sequence = 7 }, Node(250)]);
        lookup.Answered(Node(240).NodeId, [Node(250), Node(240)]);
        Assert.False(lookup.TryNext(Start, out _));
        Assert.True(lookup.IsFinished);
        Assert.Equal(2, lookup.Asked);
        Assert.Equal([240, 250], Distances(lookup));
    }

    [Fact]
    public void It_is_over_when_the_sixteen_closest_have_answered()
    {
        Lookup<TestNode> lookup = Begin([.. Enumerable.Range(101, 40)]);
        int asked = 0;
        while (AskAll(lookup, Start) is { Count: > 0 } now)
        {
            asked += now.Count;
            now.ForEach(distance => lookup.Answered(Node(distance).NodeId, []));
        }

        Assert.True(lookup.IsFinished);
        Assert.Equal((16, 16), (asked, lookup.Asked));
        Assert.Equal(Enumerable.Range(101, 16), Distances(lookup));
    }

    [Fact]
    public void Who_fails_gives_his_place_to_the_next()
    {
        Lookup<TestNode> lookup = Begin([.. Enumerable.Range(101, 40)]);
        while (AskAll(lookup, Start) is { Count: > 0 } now)
        {
            foreach (int distance in now)
            {
                if (distance % 2 == 0)
                {
                    lookup.Failed(Node(distance).NodeId);
                }
                else
                {
                    lookup.Answered(Node(distance).NodeId, []);
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, 16).Select(i => 101 + (2 * i)), Distances(lookup));
        Assert.InRange(lookup.Asked, 31, 33);
    }

    [Fact]
    public void A_slow_node_stops_counting_after_two_seconds_but_its_answer_is_taken()
    {
        Lookup<TestNode> lookup = Begin(210, 220, 230, 240, 250);
        AskAll(lookup, Start);
        Assert.Equal(Start + TimeSpan.FromSeconds(2), lookup.NextDeadline);
        TimeSpan later = Start + TimeSpan.FromSeconds(2);
        Assert.Empty(AskAll(lookup, later - TimeSpan.FromTicks(1)));
        Assert.Equal([240, 250], AskAll(lookup, later));
        Assert.False(lookup.IsFinished);
        Assert.Equal(later + TimeSpan.FromSeconds(2), lookup.NextDeadline);
        lookup.Answered(Node(210).NodeId, [Node(7)]);
        Assert.Equal([7], AskAll(lookup, later));
        Assert.Equal([210], Distances(lookup));
        lookup.Failed(Node(220).NodeId);
        Assert.Empty(AskAll(lookup, later));
        lookup.Answered(Node(220).NodeId, []);
        lookup.Answered(Node(240).NodeId, []);
        lookup.Failed(Node(250).NodeId);
        lookup.Answered(Node(7).NodeId, []);

        // 230 never ended, and nobody waits for it.
        Assert.Empty(AskAll(lookup, later));
        Assert.True(lookup.IsFinished);
        Assert.Equal([7, 210, 240], Distances(lookup));
        lookup.Answered(Node(230).NodeId, [Node(3)]);
        Assert.Equal([7, 210, 240], Distances(lookup));
    }

    [Fact]
    public void After_a_minute_it_ends_with_what_it_has()
    {
        Lookup<TestNode> lookup = Begin([.. Enumerable.Range(1, 256)]);
        AskAll(lookup, Start);
        lookup.Answered(Node(2).NodeId, []);
        TimeSpan now = Start;
        int asked = 0;
        while (!lookup.IsFinished)
        {
            asked += AskAll(lookup, now).Count;
            now = lookup.IsFinished ? now : lookup.NextDeadline;
        }

        Assert.Equal(Start + TimeSpan.FromSeconds(60), now);
        Assert.Equal([2], Distances(lookup));
        Assert.InRange(asked, 60, 91);
    }

    [Fact]
    public void Answers_nobody_asked_for_are_ignored()
    {
        Lookup<TestNode> lookup = Begin(210, 220, 230, 240);
        AskAll(lookup, Start);
        lookup.Answered(Node(240).NodeId, [Node(5)]);
        lookup.Answered(Node(99).NodeId, [Node(6)]);
        lookup.Answered(Node(210).NodeId, [Node(7)]);
        lookup.Answered(Node(210).NodeId, [Node(8)]);
        lookup.Failed(Node(210).NodeId);
        Assert.Equal(5, lookup.Seen);
        Assert.Equal([210], Distances(lookup));
    }

    [Fact]
    public void Liars_who_always_name_someone_closer_cannot_keep_it_going()
    {
        Random random = new(1);
        Lookup<TestNode> lookup = Begin(256);
        TimeSpan now = Start;
        while (lookup.TryNext(now, out LookupQuery<TestNode> query))
        {
            lookup.Answered(query.Record.NodeId, Enumerable.Range(0, LookupLimits.MaxRecords).Select(_ => Ground(query.Record.NodeId, random)));
        }

        Assert.True(lookup.IsFinished);
        Assert.Equal(LookupLimits.MaxAsked, lookup.Asked);
        Assert.Equal(LookupLimits.MaxSeen, lookup.Seen);
    }

    [Fact]
    public void A_refresh_looks_for_ourselves_and_for_three_at_random()
    {
        NodeId[] targets = LookupTarget.OfRefresh(Self, new Random(1));
        Assert.Equal(Self, targets[0]);
        Assert.Equal(4, targets.Distinct().Count());
    }

    [Fact]
    public void Refreshes_are_15_to_30_minutes_apart_and_ten_seconds_while_the_table_is_empty()
    {
        RefreshSchedule schedule = new(new Random(1), Start);
        Assert.False(schedule.TryBegin(true, Start - TimeSpan.FromTicks(1)));
        Assert.True(schedule.TryBegin(true, Start));
        Assert.Equal(Start + TimeSpan.FromSeconds(10), schedule.Next(true));
        HashSet<TimeSpan> gaps = [];
        TimeSpan last = Start;
        for (int i = 0; i < 50; i++)
        {
            TimeSpan next = schedule.Next(false);
            Assert.InRange(next - last, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30));
            Assert.False(schedule.TryBegin(false, next - TimeSpan.FromTicks(1)));
            Assert.True(schedule.TryBegin(false, next));
            gaps.Add(next - last);
            last = next;
        }

        Assert.InRange(gaps.Count, 45, 50);
        Assert.True(schedule.TryBegin(true, last + TimeSpan.FromSeconds(10)));
    }

    private static TestNode Node(int distance) => TestNode.At(Target, distance, 0, "81.2.69.142:9000");

    private static Lookup<TestNode> Begin(params int[] seeds) => new(Self, Target, seeds.Select(Node), Start);

    private static List<int> AskAll(Lookup<TestNode> lookup, TimeSpan now)
    {
        List<int> asked = [];
        while (lookup.TryNext(now, out LookupQuery<TestNode> query))
        {
            asked.Add(Target.DistanceTo(query.Record.NodeId));
        }

        return asked;
    }

    private static IEnumerable<int> Distances(Lookup<TestNode> lookup) => lookup.Result.Select(node => Target.DistanceTo(node.NodeId));

    /// <summary>An id closer to zero than the other one, if only a little.</summary>
    private static TestNode Ground(NodeId than, Random random)
    {
        byte[] id = than.ToHash256().ToArray();
        random.NextBytes(id.AsSpan(4));
        uint head = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(id);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(id, head - 1);
        return new TestNode(new NodeId(new(id)), 1, TestNode.Endpoint(1));
    }
}
