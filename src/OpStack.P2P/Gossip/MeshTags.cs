using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Gossip;

/// <summary>
/// Makes mesh peers the last to be trimmed: without it whoever opens many connections brings about a trim that takes our mesh apart.
/// go-libp2p-pubsub protects them; a value is enough, and a mesh peer that misbehaves can still go. Not thread-safe.
/// </summary>
internal sealed class MeshTags(IConnectionManager connections)
{
    public const string Tag = "mesh";

    /// <summary>More than what discovery's peers are worth. Own choice.</summary>
    public const int Value = 100;

    private HashSet<PeerId> _tagged = [];

    /// <summary>Tags those in a mesh now, and no others.</summary>
    public void Apply(IEnumerable<PeerId> mesh)
    {
        HashSet<PeerId> now = [.. mesh];
        foreach (PeerId peer in now.Where(peer => !_tagged.Contains(peer)))
        {
            connections.SetTag(peer, Tag, Value);
        }

        foreach (PeerId peer in _tagged.Where(peer => !now.Contains(peer)))
        {
            connections.RemoveTag(peer, Tag);
        }

        _tagged = now;
    }
}
