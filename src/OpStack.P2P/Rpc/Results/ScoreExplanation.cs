using System.Net;
using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P;

/// <summary>
/// Result of <c>opp2p_explainScore</c>: <see cref="Total"/> is <see cref="TopicsTotal"/> plus the contributions of <see cref="Terms"/>, and
/// <see cref="TopicsTotal"/> the capped sum of the contributions of <see cref="Topics"/>. Not in op-node or kona.
/// </summary>
public sealed record ScoreExplanation
{
    /// <summary>The peer.</summary>
    [JsonPropertyName("peerID")]
    public required PeerId PeerId { get; init; }

    /// <summary>Its score.</summary>
    [JsonPropertyName("total")]
    public double Total { get; init; }

    /// <summary>Whether it is connected to gossip now.</summary>
    [JsonPropertyName("connected")]
    public bool IsConnected { get; init; }

    /// <summary>Whether nothing it sends is read, for its score.</summary>
    [JsonPropertyName("graylisted")]
    public bool IsGraylisted { get; init; }

    /// <summary>What all topics add.</summary>
    [JsonPropertyName("topicsTotal")]
    public double TopicsTotal { get; init; }

    /// <summary>Topics that count and on which it did something.</summary>
    [JsonPropertyName("topics")]
    public IReadOnlyList<TopicExplanation> Topics { get; init => field = value ?? []; } = [];

    /// <summary>P5, P6, P7 and SlowPeer.</summary>
    [JsonPropertyName("terms")]
    public IReadOnlyList<TermExplanation> Terms { get; init => field = value ?? []; } = [];

    /// <summary>The addresses counted for P6.</summary>
    [JsonPropertyName("addresses")]
    public IReadOnlyList<IPAddress> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>How long the score is still held, in JSON as nanoseconds; null while the peer is connected.</summary>
    [JsonPropertyName("forgottenIn")]
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan? ForgottenIn { get; init; }
}

/// <summary>What one topic adds: <see cref="Weight"/> times the sum of the contributions of <see cref="Terms"/>.</summary>
public sealed record TopicExplanation
{
    /// <summary>The topic.</summary>
    [JsonPropertyName("topic")]
    public required string Topic { get; init; }

    /// <summary>Its weight.</summary>
    [JsonPropertyName("weight")]
    public double Weight { get; init; }

    /// <summary>Whether the peer is in our mesh of it.</summary>
    [JsonPropertyName("inMesh")]
    public bool IsInMesh { get; init; }

    /// <summary>Whether P1, P2 and P3 count nothing because the topic has no traffic.</summary>
    [JsonPropertyName("idle")]
    public bool IsIdle { get; init; }

    /// <summary>What it adds to the score.</summary>
    [JsonPropertyName("contribution")]
    public double Contribution { get; init; }

    /// <summary>P1, P2, P3, P3b and P4.</summary>
    [JsonPropertyName("terms")]
    public IReadOnlyList<TermExplanation> Terms { get; init => field = value ?? []; } = [];
}

/// <summary>One term: <see cref="Contribution"/> is <see cref="Value"/> times <see cref="Weight"/>.</summary>
public sealed record TermExplanation
{
    /// <summary>The term as the specification of gossipsub 1.1 names it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>What was counted, after decay.</summary>
    [JsonPropertyName("counter")]
    public double Counter { get; init; }

    /// <summary>What the formula makes of it.</summary>
    [JsonPropertyName("value")]
    public double Value { get; init; }

    /// <summary>The weight.</summary>
    [JsonPropertyName("weight")]
    public double Weight { get; init; }

    /// <summary>What it adds to the sum it stands in.</summary>
    [JsonPropertyName("contribution")]
    public double Contribution { get; init; }
}
