using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>
/// Who is in whose mesh, told from the wire alone: a GRAFT, sent or received, puts a peer in, a PRUNE or the end of the connection takes it out.
/// What a router says of its meshes can be held against it.
/// </summary>
internal sealed class MeshLedger
{
    private readonly Dictionary<(int Node, string Topic), HashSet<PeerId>> _meshes = [];

    /// <summary>A node's mesh of a topic, in no order.</summary>
    public IReadOnlyCollection<PeerId> Of(int node, string topic) => _meshes.GetValueOrDefault((node, topic)) ?? [];

    /// <summary>Control that a node sent to a peer, or read from it; before the node answers what it read.</summary>
    public void OnControl(int node, PeerId peer, GossipRpc rpc)
    {
        foreach (string topic in rpc.Graft)
        {
            MeshOf(node, topic).Add(peer);
        }

        foreach (Prune prune in rpc.Prune)
        {
            MeshOf(node, prune.Topic).Remove(peer);
        }
    }

    /// <summary>A node lost its connection to a peer.</summary>
    public void OnDisconnected(int node, PeerId peer)
    {
        foreach (string topic in GossipNode.Topics)
        {
            MeshOf(node, topic).Remove(peer);
        }
    }

    /// <summary>A node began, anew perhaps.</summary>
    public void OnStarted(int node)
    {
        foreach (string topic in GossipNode.Topics)
        {
            _meshes[(node, topic)] = [];
        }
    }

    private HashSet<PeerId> MeshOf(int node, string topic) => _meshes.TryGetValue((node, topic), out HashSet<PeerId>? mesh) ? mesh : _meshes[(node, topic)] = [];
}
