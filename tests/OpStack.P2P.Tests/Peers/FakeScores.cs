using System.Collections.Concurrent;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Peers.Gating;

namespace OpStack.P2P.Tests.Peers;

/// <summary>Scores as the test sets them.</summary>
internal sealed class FakeScores : IPeerScores
{
    private readonly ConcurrentDictionary<PeerId, PeerScoreReading> _scores = new();

    public void Set(PeerId peer, double score, ScoreCause cause = ScoreCause.InvalidMessages) => _scores[peer] = new PeerScoreReading(score, cause);

    public PeerScoreReading Read(PeerId peer) => _scores.GetValueOrDefault(peer);
}
