using System.Text.Json.Serialization;

namespace OpStack.P2P;

/// <summary>Result of <c>opp2p_peerStats</c> (op-node op-service/apis/p2p.go PeerStats).</summary>
public sealed record PeerStats
{
    /// <summary>Peers connected.</summary>
    [JsonPropertyName("connected")]
    public uint Connected { get; init; }

    /// <summary>Nodes in the discovery table; 0 without discovery.</summary>
    [JsonPropertyName("table")]
    public uint Table { get; init; }

    /// <summary>Peers subscribed to the topic of V1 blocks.</summary>
    [JsonPropertyName("blocksTopic")]
    public uint BlocksTopic { get; init; }

    /// <summary>Peers subscribed to the topic of V2 blocks.</summary>
    [JsonPropertyName("blocksTopicV2")]
    public uint BlocksTopicV2 { get; init; }

    /// <summary>Peers subscribed to the topic of V3 blocks.</summary>
    [JsonPropertyName("blocksTopicV3")]
    public uint BlocksTopicV3 { get; init; }

    /// <summary>Peers subscribed to the topic of V4 blocks.</summary>
    [JsonPropertyName("blocksTopicV4")]
    public uint BlocksTopicV4 { get; init; }

    /// <summary>Peers an operator blocked.</summary>
    [JsonPropertyName("banned")]
    public uint Banned { get; init; }

    /// <summary>Peers of the peer store, connected or not.</summary>
    [JsonPropertyName("known")]
    public uint Known { get; init; }
}

/// <summary>Result of <c>opp2p_peerCount</c> (kona gossip/rpc/types.rs PeerCount).</summary>
public sealed record PeerCount
{
    /// <summary>Nodes that discovery has a session with; null without discovery.</summary>
    [JsonPropertyName("connectedDiscovery")]
    public uint? ConnectedDiscovery { get; init; }

    /// <summary>Peers connected over libp2p.</summary>
    [JsonPropertyName("connectedGossip")]
    public uint ConnectedGossip { get; init; }
}
