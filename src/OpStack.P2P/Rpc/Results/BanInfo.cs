using System.Net;
using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Rpc.Results;

namespace OpStack.P2P;

/// <summary>One entry of <c>opp2p_bans</c>: a ban that ends by itself. One of peer and address is there. Not in op-node or kona.</summary>
public sealed record BanInfo
{
    /// <summary>The banned peer; absent in a ban of an address.</summary>
    [JsonPropertyName("peerID")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PeerId? PeerId { get; init; }

    /// <summary>The banned address; absent in a ban of a peer.</summary>
    [JsonPropertyName("address")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IPAddress? Address { get; init; }

    /// <summary>Why, in a word or two.</summary>
    [JsonPropertyName("reason")]
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>Since when; in JSON unix seconds.</summary>
    [JsonPropertyName("bannedAt")]
    [JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset BannedAt { get; init; }

    /// <summary>Until when; in JSON unix seconds (op-node's ban book calls it expiry).</summary>
    [JsonPropertyName("expiry")]
    [JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How long it still lasts; in JSON nanoseconds.</summary>
    [JsonPropertyName("remaining")]
    [JsonConverter(typeof(NanosecondsConverter))]
    public TimeSpan Remaining { get; init; }
}
