using System.Collections.ObjectModel;
using System.Text.Json.Serialization;

namespace OpStack.P2P;

/// <summary>Result of <c>opp2p_bandwidth</c>, what op-node has as metrics alone. Bytes since the node began. Not in op-node or kona.</summary>
public sealed record BandwidthReport
{
    /// <summary>All connections, those closed included, with muxing and encryption.</summary>
    [JsonPropertyName("total")]
    public ByteCounts Total { get; init => field = value ?? new(); } = new();

    /// <summary>Payload of streams by protocol, without muxing and encryption.</summary>
    [JsonPropertyName("protocols")]
    public IReadOnlyDictionary<string, ByteCounts> Protocols { get; init => field = value ?? ReadOnlyDictionary<string, ByteCounts>.Empty; } =
        ReadOnlyDictionary<string, ByteCounts>.Empty;

    /// <summary>Peers connected now, by the text of their ids, since the first of their connections; with muxing and encryption.</summary>
    [JsonPropertyName("peers")]
    public IReadOnlyDictionary<string, ByteCounts> Peers { get; init => field = value ?? ReadOnlyDictionary<string, ByteCounts>.Empty; } =
        ReadOnlyDictionary<string, ByteCounts>.Empty;
}

/// <summary>Bytes in both directions.</summary>
public sealed record ByteCounts
{
    /// <summary>Bytes received.</summary>
    [JsonPropertyName("in")]
    public long In { get; init; }

    /// <summary>Bytes sent.</summary>
    [JsonPropertyName("out")]
    public long Out { get; init; }
}
