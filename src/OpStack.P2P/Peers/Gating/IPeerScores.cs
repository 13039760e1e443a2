using OpStack.Libp2p.Identity;

namespace OpStack.P2P.Peers.Gating;

/// <summary>
/// Where scores are read: by the gater for the least score, by the monitor for bans. Asked from any thread, also under the swarm's lock: it
/// answers from memory, does not block and does not throw.
/// </summary>
public interface IPeerScores
{
    /// <summary>The peer's score, connected or not; the default value, 0, for a peer unheard of.</summary>
    PeerScoreReading Read(PeerId peer);
}

/// <summary>A peer's score at one moment.</summary>
/// <param name="Score">The score; no number counts as below every threshold for dialling, and as above that for bans.</param>
/// <param name="Cause">What lowers it most.</param>
public readonly record struct PeerScoreReading(double Score, ScoreCause Cause);

/// <summary>The part of a score that lowers it most; each names the term of gossipsub 1.1 it stands for.</summary>
public enum ScoreCause
{
    /// <summary>Not known, or nothing lowers it.</summary>
    Unknown,
    /// <summary>P4: messages that our validator rejected.</summary>
    InvalidMessages,
    /// <summary>P3 and P3b: fewer messages than a mesh peer should deliver.</summary>
    MeshDeliveries,
    /// <summary>P5: what the application says, such as responses that were no use.</summary>
    Application,
    /// <summary>P6: too many peers at one address.</summary>
    IpColocation,
    /// <summary>P7: broken promises, grafts in back-off and the like.</summary>
    Behaviour,
    /// <summary>rust-libp2p's slow peer: messages dropped because it did not read them.</summary>
    SlowPeer,
}
