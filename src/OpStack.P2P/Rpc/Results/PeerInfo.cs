using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P;

/// <summary>What is known of one peer: <c>opp2p_self</c> and <c>opp2p_peers</c> (op-node p2p/rpc_api.go PeerInfo).</summary>
public sealed record PeerInfo
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("peerID")]
    public required PeerId PeerId { get; init; }

    /// <summary>Its discv5 node id: 64 hex digits; all zero for an id without a secp256k1 key.</summary>
    [JsonPropertyName("nodeID")]
    public string NodeId { get; init => field = value ?? ""; } = "";

    /// <summary>What it calls itself; "" before identify.</summary>
    [JsonPropertyName("userAgent")]
    public string UserAgent { get; init => field = value ?? ""; } = "";

    /// <summary>Its protocol version; "" before identify, and for most.</summary>
    [JsonPropertyName("protocolVersion")]
    public string ProtocolVersion { get; init => field = value ?? ""; } = "";

    /// <summary>Its record as text; "" when none is known.</summary>
    [JsonPropertyName("ENR")]
    public string Enr { get; init => field = value ?? ""; } = "";

    /// <summary>Multiaddresses that end in /p2p; null when none are known.</summary>
    [JsonPropertyName("addresses")]
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Its protocols; null before identify.</summary>
    [JsonPropertyName("protocols")]
    public IReadOnlyList<string>? Protocols { get; init; }

    /// <summary>Where we stand with it.</summary>
    [JsonPropertyName("connectedness")]
    public Connectedness Connectedness { get; init; }

    /// <summary>Who dialled the first connection that is open.</summary>
    [JsonPropertyName("direction")]
    public PeerDirection Direction { get; init; }

    /// <summary>Whether any tag keeps it from being pruned.</summary>
    [JsonPropertyName("protected")]
    public bool IsProtected { get; init; }

    /// <summary>The chain its record names; 0 when unknown.</summary>
    [JsonPropertyName("chainID")]
    public ulong ChainId { get; init; }

    /// <summary>Moving average of its round trips, in JSON as nanoseconds; zero before the first.</summary>
    [JsonPropertyName("latency")]
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan Latency { get; init; }

    /// <summary>Whether it is subscribed to a block topic of ours.</summary>
    [JsonPropertyName("gossipBlocks")]
    public bool GossipsBlocks { get; init; }

    /// <summary>Its scores; all zero when none is held.</summary>
    [JsonPropertyName("scores")]
    public PeerScores Scores { get; init => field = value ?? new(); } = new();
}

/// <summary>Who dialled; numbers are go-libp2p's.</summary>
public enum PeerDirection
{
    /// <summary>Not connected.</summary>
    Unknown = 0,

    /// <summary>The peer dialled us.</summary>
    Inbound = 1,

    /// <summary>We dialled the peer.</summary>
    Outbound = 2,
}
