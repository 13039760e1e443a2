using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.Rpc;
using OpStack.P2P.Sync;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>Metrics stand below the rooms whose words they use: that both agree is held here.</summary>
public sealed class MetricCatalogTests
{
    [Fact]
    public void Names_are_unique_and_series_are_few()
    {
        Assert.Equal(MetricCatalog.All.Count, MetricCatalog.All.Select(metric => metric.Name).Distinct().Count());
        Assert.All(MetricCatalog.All, metric => Assert.Matches("^opstack[.]p2p([.][a-z_0-9]+)+$", metric.Name));

        // One network of one chain, histograms at their fullest: a quarter of what PrometheusText holds.
        Assert.True(MetricCatalog.All.Sum(metric => metric.SeriesCount) <= MetricLimits.MaxSeries / 4);
    }

    [Fact]
    public void No_label_is_one_that_a_peer_could_choose()
    {
        string[] names = [.. MetricCatalog.All.SelectMany(metric => metric.Labels).Select(label => label.Name).Distinct().Order()];
        Assert.Equal(
            [
                "cause", "direction", "event", "hook", "kind", "list", "method", "outcome", "part", "phase", "protocol", "reason", "result", "role",
                "stage", "target", "topic", "type", "verdict", "version",
            ],
            names);
        Assert.All(MetricCatalog.All.SelectMany(metric => metric.Labels), label => Assert.Equal(label.Values.Count, label.Values.Distinct().Count()));
    }

    [Fact]
    public void Labels_that_are_enumerations_of_higher_rooms_have_their_members_in_order()
    {
        Assert.Equal(MetricLabel.Of<BlockInvalidReason>("reason").Values, BlockMetrics.Reason.Values);
        Assert.Equal(MetricLabel.Of<NetworkPart>("part").Values, NodeMetrics.Part.Values);
        Assert.Equal([.. MetricLabel.Of<SyncFault>("outcome").Values, "throttled"], SyncMetrics.Outcome.Values);
        Assert.Equal(SyncMeasurements.Throttled, SyncMetrics.Outcome.Values.Count - 1);
        Assert.Equal(["forwarded", .. MetricLabel.Of<EnrRejection>("outcome").Values.Skip(1), "dropped"], DiscoveryDefinitions.RecordOutcome.Values);
        Assert.Equal(
            MetricLabel.Of<PublishResultKind>("outcome").Values, BlockMetrics.Published.Labels[0].Values);
        Assert.Equal(
            Enum.GetValues<OpStack.P2P.Peers.Gating.ScoreCause>().Select(OpStack.P2P.Peers.Monitoring.MisbehaviourLog.WordOf).Append("other"),
            PeerMetrics.BanReason.Values);
    }

    [Fact]
    public void The_methods_are_those_of_the_RPC()
    {
        Assert.Equal([.. RpcMethods.All.Select(method => method.Name).Where(name => name != "opp2p_blocAddr"), "other"], NodeMetrics.Method.Values);
    }

    [Fact]
    public void Series_are_numbered_with_the_last_label_fastest()
    {
        KeyValuePair<string, object?>[][] tags = ConnectionMetrics.Closed.Tags();
        Assert.Equal(22, tags.Length);
        Assert.Equal([new("direction", "inbound"), new("reason", "timed_out")], tags[1]);
        Assert.Equal([new("direction", "outbound"), new("reason", "closed_by_remote")], tags[11]);
    }
}
