namespace OpStack.P2P.Peers.Storage;

/// <summary>
/// peers.json as it stands in the file. Times are unix milliseconds. Anything may be missing: a file is as hostile as a peer.
/// </summary>
internal sealed record PeerStoreDocument
{
    /// <summary>The version written and read.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; }

    public long SavedAt { get; init; }

    public IReadOnlyList<PeerEntry?>? Peers { get; init; }
}

internal sealed record PeerEntry
{
    public string? PeerId { get; init; }

    public IReadOnlyList<AddressEntry?>? Addresses { get; init; }

    public string? AgentVersion { get; init; }

    public string? ProtocolVersion { get; init; }

    public IReadOnlyList<string?>? Protocols { get; init; }

    public string? Enr { get; init; }

    public double? LatencyMs { get; init; }

    public ScoreEntry? Score { get; init; }

    public long FirstSeenAt { get; init; }

    public long LastSeenAt { get; init; }

    public long? ConnectedAt { get; init; }

    public long? DisconnectedAt { get; init; }

    public string? Direction { get; init; }
}

internal sealed record AddressEntry(string? Address, string? Source, long ExpiresAt);

internal sealed record ScoreEntry
{
    public double Total { get; init; }

    public string? Cause { get; init; }

    public double BehaviourPenalty { get; init; }

    public double SlowPeerPenalty { get; init; }

    public IReadOnlyList<TopicScoreEntry?>? Topics { get; init; }

    public ResponsesEntry? Responses { get; init; }

    public long ExpiresAt { get; init; }
}

internal sealed record ResponsesEntry(double Valid, double Errors, double Rejected);

internal sealed record TopicScoreEntry(string? Topic, double MeshMessageDeliveries, double MeshFailurePenalty, double InvalidMessageDeliveries);
