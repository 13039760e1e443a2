using OpStack.Libp2p.Connections.Admission;

namespace OpStack.Libp2p.Tests.Connections.Admission;

public sealed class BoundedMapTests
{
    [Fact]
    public void The_key_written_longest_ago_makes_room()
    {
        BoundedMap<string, int> map = new(2);
        map.Set("a", 1);
        map.Set("b", 2);
        map.Set("a", 3);
        map.Set("c", 4);

        Assert.Equal([("a", 3), ("c", 4)], map.All.Select(e => (e.Key, e.Value)));
        Assert.False(map.TryGet("b", out _));
        Assert.True(map.Remove("a"));
        Assert.False(map.Remove("a"));
        Assert.Equal(1, map.Count);
    }
}
