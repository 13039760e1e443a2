using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.Libp2p.Identity;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Node;

/// <summary>What the router has: of the last sample.</summary>
internal sealed partial class GossipReadings
{
    /// <summary>The terms in the order of the label's values, behind the total.</summary>
    private static readonly string[] Terms = ["P1", "P2", "P3", "P3b", "P4", "P5", "P6", "P7", "SlowPeer"];

    private RouterSnapshot? Router => Volatile.Read(ref _router);

    private void ObserveRouter()
    {
        _source.Observe(GossipMetrics.Peers, values => Each(values, Router?.Peers, peer => (int)peer.Version));
        _source.Observe(GossipMetrics.Graylisted, () => Router?.Peers.Count(peer => peer.IsGraylisted) ?? 0);
        _source.Observe(GossipMetrics.Mesh, values => FillByTopic(values, Router?.Mesh));
        _source.Observe(GossipMetrics.Subscribers, values => FillByTopic(values, Router?.Subscribers));
        _source.Observe(
            GossipMetrics.PeerEvents, Count(c => [c.PeersAdded, c.PeersRemoved, c.Grafted, c.Pruned]));
        _source.Observe(GossipMetrics.TopicEvents, Count(c => [c.Joined, c.Left]));
        _source.Observe(
            GossipMetrics.ControlRefused,
            Count(c =>
            [
                c.GraftsInBackoff, c.GraftsRefused - c.GraftsInBackoff, c.GraftsIgnored, c.IHavesIgnored, c.UnwantedIgnored, c.ExchangeIgnored,
                c.ControlNotAccepted,
            ]));
        _source.Observe(GossipMetrics.Promises, Count(c => [c.PromisesMade, c.PromisesKept, c.PromisesBroken, c.PromisesVoid]));
        _source.Observe(GossipMetrics.Given, Count(c => [c.MessagesGiven]));
        _source.Observe(GossipMetrics.GivenBytes, Count(c => [c.BytesGiven]));
        _source.Observe(GossipMetrics.Penalties, Count(c => [c.Penalties]));
        _source.Observe(GossipMetrics.Graylistings, Count(c => [c.Graylisted]));
        _source.Observe(GossipMetrics.OpportunisticGrafts, Count(c => [c.OpportunisticGrafts]));
        _source.Observe(GossipMetrics.Heartbeats, Count(c => [c.Heartbeats]));
        _source.Observe(GossipMetrics.QueueEntries, () => Router?.Backlog?.SendQueues.Sum(queue => (long)queue.Entries) ?? 0);
        _source.Observe(
            GossipMetrics.QueueDeepest, () => Router?.Backlog?.SendQueues.Select(queue => queue.Entries).DefaultIfEmpty().Max() ?? 0);
        _source.Observe(GossipMetrics.QueueBytes, () => Router?.Backlog?.SendQueues.Sum(queue => queue.Bytes) ?? 0);
        _source.Observe(GossipMetrics.Backlog, values => SeriesValues.Fill(values, Router?.Backlog?.FrameBytes ?? 0, Router?.Backlog?.MessageBytes ?? 0));
        _source.Observe(GossipMetrics.Validating, () => Router?.Validating ?? 0);
        _source.Observe(GossipMetrics.Seen, () => Router?.SeenIds ?? 0);
        _source.Observe(GossipMetrics.Cached, () => Router?.CachedMessages ?? 0);
        _source.Observe(GossipMetrics.CachedBytes, () => Router?.CachedBytes ?? 0);
        _source.Observe(GossipMetrics.Backoffs, () => Router?.Backoffs.Count ?? 0);
    }

    private MetricReader Count(Func<RouterCounters, long[]> read) => values => read(Router?.Counters ?? default).CopyTo(values);

    private static void Each<T>(Span<long> values, IReadOnlyList<T>? all, Func<T, int> indexOf)
    {
        foreach (T one in all ?? [])
        {
            values[indexOf(one)]++;
        }
    }

    /// <summary>A topic that is none of the chain's block topics, of a handler of the host's own, counts as another one.</summary>
    private void FillByTopic(Span<long> values, IReadOnlyDictionary<string, IReadOnlyList<PeerId>>? topics)
    {
        foreach ((string topic, IReadOnlyList<PeerId> peers) in topics ?? new Dictionary<string, IReadOnlyList<PeerId>>())
        {
            values[_topics.TryGetVersion(topic, out PayloadVersion version) ? (int)version - 1 : values.Length - 1] += peers.Count;
        }
    }

    /// <summary>Looks at all scores, of connected peers alone: what is kept of others says nothing of the mesh we have.</summary>
    public void RecordScores(RouterSnapshot router)
    {
        MetricHistogram scores = _source.Histogram(PeerMetrics.Scores);
        Span<double> sums = stackalloc double[Terms.Length];
        foreach (PeerScoreSnapshot score in router.Scores.Where(score => score.ForgottenIn is null))
        {
            sums.Clear();
            foreach (ScoreTerm term in score.Terms)
            {
                sums[Array.IndexOf(Terms, term.Name)] += term.Contribution;
            }

            foreach (TopicScoreSnapshot topic in score.Topics)
            {
                foreach (ScoreTerm term in topic.Terms)
                {
                    sums[Array.IndexOf(Terms, term.Name)] += topic.Weight * term.Contribution;
                }
            }

            scores.Record(score.Total, 0);
            for (int i = 0; i < sums.Length; i++)
            {
                scores.Record(sums[i], 1 + i);
            }

            (double valid, double errors, double rejected) = _answers.CountsOf(score.Peer);
            scores.Record(valid, 1 + sums.Length);
            scores.Record(errors, 2 + sums.Length);
            scores.Record(rejected, 3 + sums.Length);
        }
    }
}
