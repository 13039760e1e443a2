using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P;

/// <summary>One topic of <c>opp2p_mesh</c>: who is in the mesh, in the fanout, and subscribed. Not in op-node or kona.</summary>
public sealed record TopicMesh
{
    /// <summary>Peers that we exchange whole blocks with.</summary>
    [JsonPropertyName("mesh")]
    public IReadOnlyList<PeerId> Mesh { get; init => field = value ?? []; } = [];

    /// <summary>Peers that we publish to without having joined the topic.</summary>
    [JsonPropertyName("fanout")]
    public IReadOnlyList<PeerId> Fanout { get; init => field = value ?? []; } = [];

    /// <summary>All peers subscribed to the topic.</summary>
    [JsonPropertyName("peers")]
    public IReadOnlyList<MeshPeer> Peers { get; init => field = value ?? []; } = [];
}

/// <summary>A peer of a topic.</summary>
public sealed record MeshPeer
{
    /// <summary>The peer.</summary>
    [JsonPropertyName("peerID")]
    public required PeerId PeerId { get; init; }

    /// <summary>Its gossip score; 0 when none is held.</summary>
    [JsonPropertyName("score")]
    public double Score { get; init; }

    /// <summary>Whether nothing it sends is read, for its score.</summary>
    [JsonPropertyName("graylisted")]
    public bool IsGraylisted { get; init; }
}
