using System.Text.Json.Serialization;

namespace OpStack.P2P;

/// <summary>The scores of a peer (op-node p2p/store/iface.go PeerScores).</summary>
public sealed record PeerScores
{
    /// <summary>Gossip.</summary>
    [JsonPropertyName("gossip")]
    public PeerGossipScores Gossip { get; init => field = value ?? new(); } = new();

    /// <summary>Answers to requests for blocks by number.</summary>
    [JsonPropertyName("reqResp")]
    public PeerRequestScores RequestResponse { get; init => field = value ?? new(); } = new();
}

/// <summary>The gossip score and what it is made of. Counters are raw, not weighted: <c>opp2p_explainScore</c> has the terms.</summary>
public sealed record PeerGossipScores
{
    /// <summary>The score.</summary>
    [JsonPropertyName("total")]
    public double Total { get; init; }

    /// <summary>Counters over all block topics.</summary>
    [JsonPropertyName("blocks")]
    public PeerTopicScores Blocks { get; init => field = value ?? new(); } = new();

    /// <summary>P6 before its weight: the square of the peers too many at its address.</summary>
    [JsonPropertyName("IPColocationFactor")]
    public double IpColocationFactor { get; init; }

    /// <summary>The counter of P7.</summary>
    [JsonPropertyName("behavioralPenalty")]
    public double BehaviouralPenalty { get; init; }
}

/// <summary>Counters of the block topics: the longest time in a mesh, and sums of deliveries.</summary>
public sealed record PeerTopicScores
{
    /// <summary>In seconds.</summary>
    [JsonPropertyName("timeInMesh")]
    public double TimeInMesh { get; init; }

    /// <summary>The counter of P2.</summary>
    [JsonPropertyName("firstMessageDeliveries")]
    public double FirstMessageDeliveries { get; init; }

    /// <summary>The counter of P3.</summary>
    [JsonPropertyName("meshMessageDeliveries")]
    public double MeshMessageDeliveries { get; init; }

    /// <summary>The counter of P4.</summary>
    [JsonPropertyName("invalidMessageDeliveries")]
    public double InvalidMessageDeliveries { get; init; }
}

/// <summary>How the peer answered requests, with decay; at most 10, 9 and 20.</summary>
public sealed record PeerRequestScores
{
    /// <summary>Blocks that linked.</summary>
    [JsonPropertyName("validResponses")]
    public double ValidResponses { get; init; }

    /// <summary>Failures by the peer's fault.</summary>
    [JsonPropertyName("errorResponses")]
    public double ErrorResponses { get; init; }

    /// <summary>Blocks that were not of the chain.</summary>
    [JsonPropertyName("rejectedPayloads")]
    public double RejectedPayloads { get; init; }
}
