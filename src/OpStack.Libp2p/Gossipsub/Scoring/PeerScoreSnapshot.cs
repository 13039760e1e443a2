using System.Net;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>One term of a score, as it counts now: <see cref="Contribution"/> is <paramref name="Value"/> times <paramref name="Weight"/>.</summary>
/// <param name="Name">The term as the gossipsub 1.1 specification names it: P1, P2, P3, P3b, P4, P5, P6, P7; SlowPeer for rust-libp2p's.</param>
/// <param name="Counter">What was counted, after decay: seconds in the mesh for P1, peers at the most crowded address for P6, events for the others.</param>
/// <param name="Value">What the formula makes of the counter: caps, thresholds and squares applied.</param>
/// <param name="Weight">The term's weight.</param>
public readonly record struct ScoreTerm(string Name, double Counter, double Value, double Weight)
{
    /// <summary>What the term adds to the sum it stands in.</summary>
    public double Contribution => Value * Weight;
}

/// <summary>What one topic adds to a peer's score.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Weight">The topic's weight; multiplies the sum of the terms.</param>
/// <param name="IsInMesh">The peer is in our mesh of it.</param>
/// <param name="IsIdle">It has no traffic: P1, P2 and P3 keep their counters and count 0 (<see cref="TopicScoreParams.IdleAfter"/>).</param>
/// <param name="Terms">P1, P2, P3, P3b and P4, in this order.</param>
public sealed record TopicScoreSnapshot(string Topic, double Weight, bool IsInMesh, bool IsIdle, IReadOnlyList<ScoreTerm> Terms)
{
    /// <summary>The sum of the terms times <see cref="Weight"/>.</summary>
    public double Contribution => Weight * Terms.Sum(term => term.Contribution);
}

/// <summary>
/// A peer's score, explained term by term: <paramref name="Total"/> is <paramref name="TopicsTotal"/> plus the contributions of <paramref name="Terms"/>.
/// </summary>
/// <param name="Peer">The peer.</param>
/// <param name="Total">Its score.</param>
/// <param name="Topics">Topics that have parameters and that the peer did something on.</param>
/// <param name="TopicsTotal">The sum of the topics' contributions, capped.</param>
/// <param name="Terms">P5, P6, P7 and SlowPeer, in this order.</param>
/// <param name="Addresses">The addresses counted for P6.</param>
/// <param name="ForgottenIn">Null while the peer is connected; else how long its score is still held.</param>
public sealed record PeerScoreSnapshot(
    PeerId Peer,
    double Total,
    IReadOnlyList<TopicScoreSnapshot> Topics,
    double TopicsTotal,
    IReadOnlyList<ScoreTerm> Terms,
    IReadOnlyList<IPAddress> Addresses,
    TimeSpan? ForgottenIn);
