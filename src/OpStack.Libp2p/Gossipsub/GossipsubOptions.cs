using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// Parameters of the gossipsub router. Defaults are op-node's (op-stack-p2p.md 1.6), and where op-node sets nothing go-libp2p-pubsub v0.12's.
/// <see cref="Validate"/> checks the rules between them.
/// </summary>
public sealed record GossipsubOptions
{
    /// <summary>Wanted mesh degree (D), in peers. Default 8; between <see cref="MeshLow"/> and <see cref="MeshHigh"/>.</summary>
    public int MeshDegree { get; init; } = 8;

    /// <summary>Below this many mesh peers (Dlo) a heartbeat grafts. Default 6; above <see cref="MeshOutbound"/>.</summary>
    public int MeshLow { get; init; } = 6;

    /// <summary>Above this many mesh peers (Dhi) a heartbeat prunes. Default 12.</summary>
    public int MeshHigh { get; init; } = 12;

    /// <summary>Mesh peers kept by score when pruning (Dscore). Default 4; at most <see cref="MeshDegree"/>.</summary>
    public int MeshByScore { get; init; } = 4;

    /// <summary>Mesh peers that we dialled, at least (Dout). Default 2; below <see cref="MeshLow"/>, at most half of <see cref="MeshDegree"/>.</summary>
    public int MeshOutbound { get; init; } = 2;

    /// <summary>Peers outside the mesh that get IHAVE, at least (Dlazy). Default 6.</summary>
    public int GossipDegree { get; init; } = 6;

    /// <summary>Share of the peers outside the mesh that get IHAVE, if that is more than <see cref="GossipDegree"/>. Default 0.25; 0 to 1.</summary>
    public double GossipFactor { get; init; } = 0.25;

    /// <summary>Time from start to the first heartbeat. Default 100 ms.</summary>
    public TimeSpan HeartbeatInitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between heartbeats. Default 500 ms; above 0.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Heartbeats a message stays in the message cache. Default 12; at least 1.</summary>
    public int HistoryLength { get; init; } = 12;

    /// <summary>Heartbeats a message is advertised by IHAVE. Default 3; 1 to <see cref="HistoryLength"/>.</summary>
    public int HistoryGossip { get; init; } = 3;

    /// <summary>How long an id is remembered, from when it was first seen. Default 65 s (130 heartbeats); above 0.</summary>
    public TimeSpan SeenTtl { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>How long the peers of a topic we publish to without joining it are kept after the last publish. Default 24 s; above 0.</summary>
    public TimeSpan FanoutTtl { get; init; } = TimeSpan.FromSeconds(24);

    /// <summary>How long neither side grafts after a PRUNE. Default 60 s; whole seconds, 1 to 3600.</summary>
    public TimeSpan PruneBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same after we left the topic. Default 10 s; whole seconds, 1 to 3600.</summary>
    public TimeSpan UnsubscribeBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A GRAFT this soon after the PRUNE counts twice. Default 10 s; at most <see cref="PruneBackoff"/>.</summary>
    public TimeSpan GraftFloodThreshold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Copies of one message given to one peer that asks by IWANT. Default 3; at least 1.</summary>
    public int GossipRetransmission { get; init; } = 3;

    /// <summary>Ids looked at per IHAVE, asked from one peer per heartbeat, and advertised per topic and peer. Default 5000; at least 1.</summary>
    public int MaxIHaveLength { get; init; } = 5000;

    /// <summary>RPCs with IHAVE taken from one peer, and sent to it, per heartbeat. Default 10; at least 1.</summary>
    public int MaxIHaveMessages { get; init; } = 10;

    /// <summary>How long a peer may take to send what it advertised and we asked for; later it is penalised (P7). Default 3 s; above 0.</summary>
    public TimeSpan IWantFollowup { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Length of message data in bytes from which on IDONTWANT is sent. Default 1024; at least 0.</summary>
    public int IDontWantThreshold { get; init; } = 1024;

    /// <summary>Heartbeats between attempts to better a mesh of low scores (opportunistic grafting). Default 60; at least 1.</summary>
    public int OpportunisticGraftTicks { get; init; } = 60;

    /// <summary>Peers grafted in such an attempt. Default 2; at least 0.</summary>
    public int OpportunisticGraftPeers { get; init; } = 2;

    /// <summary>
    /// Sends our own messages to every subscriber with at least the publish threshold, and not to the mesh alone. Default false, as op-node's flag.
    /// </summary>
    public bool FloodPublish { get; init; }

    /// <summary>
    /// Names other peers of the topic in our PRUNEs, and connects to those that peers of at least <see cref="Scoring.PeerScoreThresholds.AcceptPeerExchange"/>
    /// name in theirs. Default false, as op-node. Unlike go-libp2p-pubsub both ways hang on it.
    /// </summary>
    public bool PeerExchange { get; init; }

    /// <summary>
    /// Direct (explicit) peers: kept connected, forwarded every message, accepted whatever their score, and never in a mesh. To be configured at both
    /// ends. Default none.
    /// </summary>
    public IReadOnlyCollection<PeerId> DirectPeers { get; init; } = [];

    /// <summary>Heartbeats between dials to direct peers that are not connected. Default 300; at least 1.</summary>
    public int DirectConnectTicks { get; init; } = 300;

    /// <summary>Time from start to the first dials to direct peers. Default 1 s; above 0.</summary>
    public TimeSpan DirectConnectInitialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Validations outstanding per topic; over it a message is dropped and not remembered. Default 256; at least 1.</summary>
    public int ValidationQueue { get; init; } = 256;

    /// <summary>Validations outstanding in all; over it a message is dropped and not remembered. Default 512; at least 1.</summary>
    public int ValidationThrottle { get; init; } = 512;

    /// <summary>The same for another mesh: <see cref="MeshByScore"/> and <see cref="MeshOutbound"/> are less where it is smaller than they need.</summary>
    /// <param name="degree">As <see cref="MeshDegree"/>.</param>
    /// <param name="low">As <see cref="MeshLow"/>.</param>
    /// <param name="high">As <see cref="MeshHigh"/>.</param>
    public GossipsubOptions WithMesh(int degree, int low, int high) => this with
    {
        MeshDegree = degree,
        MeshLow = low,
        MeshHigh = high,
        MeshByScore = Math.Min(MeshByScore, degree),
        MeshOutbound = Math.Min(MeshOutbound, Math.Min(low - 1, degree / 2)),
    };

    /// <summary>Throws <see cref="ArgumentException"/>, naming the setting, if one is out of range (rules of wire.md 9.5).</summary>
    public void Validate()
    {
        Require(MeshDegree >= 1 && MeshDegree <= MeshHigh, nameof(MeshDegree), "must be 1 to MeshHigh");
        Require(MeshLow >= 1 && MeshLow <= MeshDegree, nameof(MeshLow), "must be 1 to MeshDegree");
        Require(MeshByScore >= 0 && MeshByScore <= MeshDegree, nameof(MeshByScore), "must be 0 to MeshDegree");
        Require(MeshOutbound >= 0 && MeshOutbound < MeshLow && MeshOutbound <= MeshDegree / 2, nameof(MeshOutbound),
            "must be below MeshLow and at most half of MeshDegree");
        Require(GossipDegree >= 0, nameof(GossipDegree), "must not be negative");
        Require(GossipFactor is >= 0 and <= 1, nameof(GossipFactor), "must be 0 to 1");
        Require(HistoryLength >= 1, nameof(HistoryLength), "must be at least 1");
        Require(HistoryGossip >= 1 && HistoryGossip <= HistoryLength, nameof(HistoryGossip), "must be 1 to HistoryLength");
        Require(GossipRetransmission >= 1, nameof(GossipRetransmission), "must be at least 1");
        Require(MaxIHaveLength >= 1, nameof(MaxIHaveLength), "must be at least 1");
        Require(MaxIHaveMessages >= 1, nameof(MaxIHaveMessages), "must be at least 1");
        Require(IDontWantThreshold >= 0, nameof(IDontWantThreshold), "must not be negative");
        Require(OpportunisticGraftTicks >= 1, nameof(OpportunisticGraftTicks), "must be at least 1");
        Require(OpportunisticGraftPeers >= 0, nameof(OpportunisticGraftPeers), "must not be negative");
        Require(DirectPeers is not null && DirectPeers.All(peer => peer is not null), nameof(DirectPeers), "must not be null nor hold null");
        Require(DirectConnectTicks >= 1, nameof(DirectConnectTicks), "must be at least 1");
        Require(ValidationQueue >= 1, nameof(ValidationQueue), "must be at least 1");
        Require(ValidationThrottle >= 1, nameof(ValidationThrottle), "must be at least 1");
        ValidateTimes();
    }

    private void ValidateTimes()
    {
        RequireTime(HeartbeatInitialDelay, nameof(HeartbeatInitialDelay));
        RequireTime(HeartbeatInterval, nameof(HeartbeatInterval));
        RequireTime(SeenTtl, nameof(SeenTtl));
        RequireTime(FanoutTtl, nameof(FanoutTtl));
        RequireTime(IWantFollowup, nameof(IWantFollowup));
        RequireTime(DirectConnectInitialDelay, nameof(DirectConnectInitialDelay));
        RequireBackoff(PruneBackoff, nameof(PruneBackoff));
        RequireBackoff(UnsubscribeBackoff, nameof(UnsubscribeBackoff));
        Require(GraftFloodThreshold >= TimeSpan.Zero && GraftFloodThreshold <= PruneBackoff, nameof(GraftFloodThreshold),
            "must be 0 to PruneBackoff");
    }

    // A day bounds every sum of times far from overflow.
    private static void RequireTime(TimeSpan value, string name) =>
        Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(1), name, "must be above 0 and at most a day");

    // The wire carries whole seconds, and peers break on more than an hour (wire.md 14, trap 8).
    private static void RequireBackoff(TimeSpan value, string name) =>
        Require(value >= TimeSpan.FromSeconds(1) && value <= GossipsubLimits.MaxPruneBackoff && value.Ticks % TimeSpan.TicksPerSecond == 0,
            name, "must be 1 to 3600 whole seconds");

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} {rule}.", name);
        }
    }
}
