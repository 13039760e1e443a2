using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Connections.Admission;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Connections.Admission;

public sealed class PeerTagsTests
{
    private readonly HashSet<PeerId> _connected = [];
    private readonly PeerTags _tags;
    private readonly PeerId _peer = TestPeers.NewId();

    public PeerTagsTests() => _tags = new PeerTags(_connected.Contains, 3);

    [Fact]
    public void Values_of_tags_add_up_and_are_replaced()
    {
        Assert.True(_tags.TrySet(_peer, "opstack", 42));
        Assert.True(_tags.TrySet(_peer, "mesh", 20));
        Assert.Equal(new PeerWorth(false, 62), _tags.WorthOf(_peer));
        Assert.True(_tags.TrySet(_peer, "mesh", -50));
        Assert.Equal(-8, _tags.WorthOf(_peer).Value);
        _tags.Remove(_peer, "mesh");
        _tags.Remove(_peer, "none");
        Assert.Equal(42, _tags.WorthOf(_peer).Value);
        _tags.Remove(_peer, "opstack");
        Assert.Equal((default, 0), (_tags.WorthOf(_peer), _tags.TaggedPeers));
    }

    [Fact]
    public void Sums_do_not_overflow()
    {
        _tags.TrySet(_peer, "a", int.MaxValue);
        _tags.TrySet(_peer, "b", int.MaxValue);
        Assert.Equal(int.MaxValue, _tags.WorthOf(_peer).Value);
    }

    [Fact]
    public void Protection_stands_until_its_last_tag_is_gone()
    {
        _tags.Protect(_peer, "static");
        _tags.Protect(_peer, "static");
        _tags.Protect(_peer, "api");
        Assert.True(_tags.WorthOf(_peer).IsProtected);
        Assert.True(_tags.Unprotect(_peer, "static"));
        Assert.Equal((true, false, true), (_tags.IsProtected(_peer, null), _tags.IsProtected(_peer, "static"), _tags.IsProtected(_peer, "api")));
        Assert.False(_tags.Unprotect(_peer, "api"));
        Assert.False(_tags.Unprotect(_peer, "api"));
        Assert.False(_tags.WorthOf(_peer).IsProtected);
    }

    [Fact]
    public void One_peer_has_32_tags_at_most()
    {
        Assert.All(Enumerable.Range(0, SwarmLimits.TagsPerPeer), i => Assert.True(_tags.TrySet(_peer, $"{i}", 1)));
        Assert.False(_tags.TrySet(_peer, "one more", 1));
        Assert.True(_tags.TrySet(_peer, "0", 2));
        Assert.Equal(33, _tags.WorthOf(_peer).Value);
    }

    [Fact]
    public void Of_peers_not_connected_those_tagged_last_are_kept()
    {
        _connected.Add(_peer);
        _tags.TrySet(_peer, "mesh", 7);
        PeerId[] absent = [.. Enumerable.Range(0, 5).Select(_ => TestPeers.NewId())];
        Assert.All(absent, p => Assert.True(_tags.TrySet(p, "opstack", 42)));

        Assert.Equal([0, 0, 42, 42, 42], absent.Select(p => _tags.WorthOf(p).Value));
        Assert.Equal((7, 4), (_tags.WorthOf(_peer).Value, _tags.TaggedPeers));
    }

    [Fact]
    public void Tags_survive_connecting_and_disconnecting()
    {
        _tags.TrySet(_peer, "opstack", 42);
        _connected.Add(_peer);
        _tags.OnConnected(_peer);
        Assert.All(Enumerable.Range(0, 5), _ => _tags.TrySet(TestPeers.NewId(), "opstack", 1));
        Assert.Equal(42, _tags.WorthOf(_peer).Value);
        _connected.Remove(_peer);
        _tags.OnDisconnected(_peer);
        Assert.Equal((42, 3), (_tags.WorthOf(_peer).Value, _tags.TaggedPeers));
    }
}
