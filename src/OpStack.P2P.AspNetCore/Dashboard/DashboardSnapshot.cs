using System.Text.Json.Serialization;

namespace OpStack.P2P.AspNetCore.Dashboard;

/// <summary>
/// What the page is told each second; every list is bounded by <see cref="EndpointLimits"/>. Texts of peers are their own claims: the page
/// shows them as text and never as markup. Times are Unix milliseconds, durations milliseconds; a height or chain id is decimal text, because it
/// may be more than a number of a script holds.
/// </summary>
/// <param name="Time">When it was taken.</param>
/// <param name="Node">Who we are.</param>
/// <param name="Parts">How each part does.</param>
/// <param name="Topics">The block topics.</param>
/// <param name="Peers">Connected peers, those of the mesh first.</param>
/// <param name="PeerCount">All connected peers.</param>
/// <param name="Blocks">The last blocks, in the order they came.</param>
/// <param name="Bans">Those that end first.</param>
/// <param name="BanCount">All bans.</param>
/// <param name="Discovery">Null when it is off.</param>
/// <param name="Totals">Counts since the start, of which the page makes rates.</param>
internal sealed record DashboardSnapshot(
    long Time,
    NodeView Node,
    IReadOnlyList<PartView> Parts,
    IReadOnlyList<TopicView> Topics,
    IReadOnlyList<PeerView> Peers,
    int PeerCount,
    IReadOnlyList<BlockView> Blocks,
    IReadOnlyList<BanView> Bans,
    int BanCount,
    DiscoveryView? Discovery,
    TotalsView Totals);

/// <summary>Us; the chain's name is null when the registry has none.</summary>
internal sealed record NodeView(
    string PeerId, string ChainId, string? ChainName, IReadOnlyList<string> Addresses, string Signer, string? Enr, ThresholdsView Thresholds);

/// <summary>Scores below which a peer gets no gossip, nothing published, nothing heard.</summary>
internal sealed record ThresholdsView(double Gossip, double Publish, double Graylist);

/// <summary>A part of the network.</summary>
internal sealed record PartView(string Part, string State, long Faults, string? LastFault);

/// <summary>A topic; peers name it by its index.</summary>
internal sealed record TopicView(string Name, int Mesh, int Subscribers);

/// <summary>A connected peer. Without a round trip there was none yet, without a version it speaks no gossip, without a score nobody is scored.</summary>
internal sealed record PeerView(
    string Id,
    string Agent,
    string Address,
    bool Outbound,
    double? RttMs,
    long Since,
    long BytesIn,
    long BytesOut,
    string? Version,
    bool Direct,
    bool Protected,
    bool Graylisted,
    IReadOnlyList<int> Mesh,
    IReadOnlyList<int> Subscribed,
    ScoreView? Score);

/// <summary>A score and what it is made of: <paramref name="Total"/> is <paramref name="TopicsTotal"/> plus the contributions of <paramref name="Terms"/>.</summary>
internal sealed record ScoreView(double Total, double TopicsTotal, IReadOnlyList<TopicScoreView> Topics, IReadOnlyList<TermView> Terms);

/// <summary>What a topic adds: <paramref name="Weight"/> times the sum of its terms.</summary>
internal sealed record TopicScoreView(int Topic, double Weight, bool Idle, double Sum, IReadOnlyList<TermView> Terms);

/// <summary>One term that counted something; its contribution is value times weight.</summary>
internal sealed record TermView(string Name, double Counter, double Value, double Weight);

/// <summary>A block; its latency is its age when it came.</summary>
internal sealed record BlockView(string Number, string Hash, int Size, int Transactions, long At, double LatencyMs, string Origin, string? Peer);

/// <summary>A ban of a peer id or an IP address.</summary>
internal sealed record BanView(string Target, bool IsPeer, string Reason, long Since, long RemainingMs);

/// <summary>Discovery. The buckets begin with the farthest, empty ones too; nodes in those that are not listed are counted as nearer.</summary>
internal sealed record DiscoveryView(
    string Health, int Nodes, int Sessions, int Pending, long Lookups, int BucketSize, IReadOnlyList<BucketView> Buckets, int Nearer);

/// <summary>A bucket of the routing table: its nodes, those that answered a PING, and those we have a session with.</summary>
internal sealed record BucketView(int Distance, int Nodes, int Live, int Connected);

/// <summary>Counts since the start; bytes are payload of all protocols over connections, and of packets in discovery.</summary>
internal sealed record TotalsView(
    long BytesIn,
    long BytesOut,
    long Accepted,
    long Duplicates,
    long Rejected,
    long Ignored,
    long Blocks,
    long DiscoveryIn,
    long DiscoveryOut,
    IReadOnlyList<ProtocolView> Protocols);

/// <summary>Bytes of a protocol.</summary>
internal sealed record ProtocolView(string Name, long BytesIn, long BytesOut);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DashboardSnapshot))]
internal sealed partial class DashboardJson : JsonSerializerContext;
