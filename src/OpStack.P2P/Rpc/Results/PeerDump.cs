using System.Collections.ObjectModel;
using System.Net;
using System.Text.Json.Serialization;
using OpStack.Libp2p.Identity;

namespace OpStack.P2P;

/// <summary>Result of <c>opp2p_peers</c> (op-node p2p/rpc_api.go PeerDump).</summary>
public sealed record PeerDump
{
    /// <summary>How many of <see cref="Peers"/> are connected.</summary>
    [JsonPropertyName("totalConnected")]
    public uint TotalConnected { get; init; }

    /// <summary>The peers, by the text of their ids.</summary>
    [JsonPropertyName("peers")]
    public IReadOnlyDictionary<string, PeerInfo> Peers { get; init => field = value ?? ReadOnlyDictionary<string, PeerInfo>.Empty; } =
        ReadOnlyDictionary<string, PeerInfo>.Empty;

    /// <summary>The peers an operator blocked; bans are in <c>opp2p_bans</c>.</summary>
    [JsonPropertyName("bannedPeers")]
    public IReadOnlyList<PeerId> BannedPeers { get; init => field = value ?? []; } = [];

    /// <summary>The addresses an operator blocked.</summary>
    [JsonPropertyName("bannedIPS")]
    public IReadOnlyList<IPAddress> BannedIps { get; init => field = value ?? []; } = [];

    /// <summary>The subnets an operator blocked.</summary>
    [JsonPropertyName("bannedSubnets")]
    public IReadOnlyList<IPNetwork> BannedSubnets { get; init => field = value ?? []; } = [];
}
