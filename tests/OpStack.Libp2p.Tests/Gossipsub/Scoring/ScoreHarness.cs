using System.Net;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Tests.Gossipsub.Scoring;

/// <summary>Scores in virtual time. Every term is off unless the test turns it on; counters decay every second.</summary>
internal sealed class ScoreHarness
{
    public const string Topic = "blocks";

    /// <summary>Closest to 1 that a decay may be: over a few ticks nothing is lost.</summary>
    public static readonly double NoDecay = Math.BitDecrement(1.0);

    /// <summary>All weights 0, ticks every second.</summary>
    public static readonly PeerScoreParams Off = new()
    {
        AppSpecificWeight = 0,
        IPColocationFactorWeight = 0,
        BehaviourPenaltyWeight = 0,
        DecayInterval = TimeSpan.FromSeconds(1),
    };

    public ScoreHarness(PeerScoreParams parameters, params int[] peers)
    {
        Score = new PeerScore(parameters, new PeerScoreThresholds());
        foreach (int peer in peers)
        {
            Connect(peer);
        }
    }

    public ScoreHarness(TopicScoreParams topic, params int[] peers)
        : this(Off with { Topics = new Dictionary<string, TopicScoreParams> { [Topic] = topic } }, peers)
    {
    }

    public PeerScore Score { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public double this[int peer] => Score.Score(Peer(peer));

    public static PeerId Peer(int n) => Router.RouterHarness.Peer(n);

    public static MessageId Id(int n) => Router.RouterHarness.Id(n);

    public PeerScoreSnapshot Explain(int peer) => Score.Snapshot(Now).Single(snapshot => snapshot.Peer.Equals(Peer(peer)));

    /// <summary>One term of the one topic.</summary>
    public ScoreTerm Term(int peer, string name) => Explain(peer).Topics.Single().Terms.Single(term => term.Name == name);

    public void Connect(int peer) => Score.AddPeer(Peer(peer), Now);

    public void Connect(int peer, params string[] addresses)
    {
        Connect(peer);
        Score.SetAddresses(Peer(peer), [.. addresses.Select(IPAddress.Parse)]);
    }

    public void Disconnect(int peer) => Score.RemovePeer(Peer(peer), Now);

    public void Graft(params int[] peers)
    {
        foreach (int peer in peers)
        {
            Score.Graft(Peer(peer), Topic, Now);
        }
    }

    public void Prune(int peer) => Score.Prune(Peer(peer), Topic, Now);

    public void Validate(int peer, int id) => Score.ValidateMessage(Peer(peer), Topic, Id(id), Now);

    public void Deliver(int peer, int id) => Score.DeliverMessage(Peer(peer), Topic, Id(id), Now);

    public void Duplicate(int peer, int id) => Score.DuplicateMessage(Peer(peer), Topic, Id(id), Now);

    public void Reject(int peer, int? id, MessageRejection reason) =>
        Score.RejectMessage(Peer(peer), Topic, id is { } known ? Id(known) : null, reason, Now);

    /// <summary>So many messages, each validated and accepted at once.</summary>
    public void DeliverMany(int peer, int count, int firstId = 0)
    {
        for (int id = firstId; id < firstId + count; id++)
        {
            Validate(peer, id);
            Deliver(peer, id);
        }
    }

    /// <summary>So many messages that break the signing policy.</summary>
    public void Invalid(int peer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Reject(peer, null, MessageRejection.UnexpectedSignature);
        }
    }

    /// <summary>Lets time pass, with every tick that falls due.</summary>
    public void Advance(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        while (Score.NextDeadline <= end)
        {
            Now = Score.NextDeadline;
            Score.Tick(Now);
        }

        Now = end;
    }

    /// <summary>Lets time pass without a tick, until one at the end that is late.</summary>
    public void AdvanceLate(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Score.Tick(Now);
    }
}
