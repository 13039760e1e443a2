using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Peers.Monitoring;

/// <summary>A connected peer as an inspection sees it.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Score">Its score and what lowers it.</param>
/// <param name="IsProtected">It is never banned, whatever its score.</param>
internal readonly record struct InspectedPeer(PeerId Peer, PeerScoreReading Score, bool IsProtected);

/// <summary>Whom to ban, and whom to spare although it is below the threshold; the worst first.</summary>
internal sealed record InspectionResult(IReadOnlyList<InspectedPeer> Banned, IReadOnlyList<InspectedPeer> Spared, int Healthy);

/// <summary>The rule of <see cref="PeerMonitoring"/>. Pure.</summary>
internal static class PeerInspection
{
    /// <summary>So many peers that fall at once, if they are more than half of all, are too many to be a coincidence. Own choice.</summary>
    private const int MassFall = 4;

    public static InspectionResult Judge(IReadOnlyList<InspectedPeer> connected, PeerMonitoring settings)
    {
        InspectedPeer[] low =
        [
            .. connected.Where(peer => !peer.IsProtected && peer.Score.Score < settings.BanThreshold).OrderBy(peer => peer.Score.Score),
        ];
        int healthy = connected.Count - low.Length;
        bool isMassFall = low.Length >= MassFall && low.Length * 2 > connected.Count;
        bool maySpare = healthy < settings.MinPeers;
        ILookup<bool, InspectedPeer> spared = low.ToLookup(peer => maySpare && (isMassFall || MayBeOurFault(peer.Score.Cause)));
        return new InspectionResult([.. spared[false]], [.. spared[true]], healthy);
    }

    /// <summary>What a peer sends and where it sits is its own doing; what fails to arrive may have been lost on our side.</summary>
    private static bool MayBeOurFault(ScoreCause cause) => cause is not (ScoreCause.InvalidMessages or ScoreCause.IpColocation);
}
