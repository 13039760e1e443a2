namespace OpStack.P2P.Peers.Monitoring;

/// <summary>
/// When peers are banned for their score (kona's PeerMonitoring). Every interval all connected peers are looked at, as kona does; op-node
/// looks at one a second in turn, but at scores that it too stores every 15 s.
/// </summary>
/// <remarks>
/// A peer below the threshold is banned, unless it is protected or static, or the fault may be ours and the ban would leave us too few
/// peers. The fault may be ours when its score fell for anything but invalid messages or too many peers at its IP (broken promises and
/// missing deliveries are what a slow network of ours looks like), or when at least four peers and more than half of all are below the
/// threshold at once. Such a peer is spared while fewer than <see cref="MinPeers"/> others are above the threshold: gossip ignores it
/// already by its score, it does not count as a peer when we look for more, and it is trimmed first. A client whose own timeouts banned
/// everybody was without peers for days (attack-cases.md 1.1, lodestar #9562).
/// </remarks>
public sealed record PeerMonitoring
{
    /// <summary>Peers with a score below it are banned. Default −100 (op-node --p2p.ban.threshold, kona). Below 0.</summary>
    public double BanThreshold { get; init; } = -100;

    /// <summary>For how long. Default 1 h (op-node --p2p.ban.duration, kona). Positive, at most 365 days.</summary>
    public TimeSpan BanDuration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Between two inspections. Default 15 s (kona PEER_SCORE_INSPECT_FREQUENCY). 10 ms to a day.</summary>
    public TimeSpan InspectionInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// While fewer peers than this are above the threshold, nobody is banned for what may be our own fault. Default 20 (op-node
    /// --p2p.peers.lo). 0 to ban in any case.
    /// </summary>
    public int MinPeers { get; init; } = 20;

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        PeerSettings.Require(
            BanThreshold < 0 && double.IsFinite(BanThreshold), nameof(PeerMonitoring), nameof(BanThreshold), "a finite number below 0");
        PeerSettings.RequireTime(BanDuration, nameof(PeerMonitoring), nameof(BanDuration));
        PeerSettings.RequireInterval(InspectionInterval, nameof(PeerMonitoring), nameof(InspectionInterval));
        PeerSettings.Require(MinPeers >= 0, nameof(PeerMonitoring), nameof(MinPeers), "at least 0");
    }
}
