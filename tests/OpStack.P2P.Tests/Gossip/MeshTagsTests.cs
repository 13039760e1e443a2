using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Gossip;

public sealed class MeshTagsTests
{
    [Fact]
    public void Those_in_a_mesh_are_worth_more_as_long_as_they_are_in_it()
    {
        FakePeerHost host = new(new FakeTimeProvider());
        MeshTags tags = new(host);
        host.SetTag(TestPeers.Of(2), "other", 5);
        tags.Apply([TestPeers.Of(1), TestPeers.Of(2), TestPeers.Of(1)]); // Of two topics.
        Assert.Equal((100, 105, 0), (host.GetValue(TestPeers.Of(1)), host.GetValue(TestPeers.Of(2)), host.GetValue(TestPeers.Of(3))));

        tags.Apply([TestPeers.Of(3), TestPeers.Of(1)]);
        Assert.Equal((100, 5, 100), (host.GetValue(TestPeers.Of(1)), host.GetValue(TestPeers.Of(2)), host.GetValue(TestPeers.Of(3))));

        tags.Apply([]);
        Assert.Equal((0, 5, 0), (host.GetValue(TestPeers.Of(1)), host.GetValue(TestPeers.Of(2)), host.GetValue(TestPeers.Of(3))));
    }
}
