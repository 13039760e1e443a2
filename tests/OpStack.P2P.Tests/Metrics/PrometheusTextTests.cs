using System.Diagnostics.Metrics;
using OpStack.P2P.Metrics;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.Metrics.Prometheus;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>The text that Prometheus scrapes, read back by a strict reader.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Every_metric_is_there_under_its_name_from_the_start_with_all_its_series()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        using MetricSource source = new(factory, 10);
        Exposition read = Scrape.Read(prometheus);

        MetricDefinition[] observable = [.. MetricCatalog.All.Where(metric => metric.Kind != MetricKind.Histogram)];
        Assert.Equal(observable.Select(NameOf).Order(StringComparer.Ordinal), read.Types.Keys.Order(StringComparer.Ordinal));
        Assert.All(observable, metric =>
        {
            Assert.Equal(metric.Kind == MetricKind.Counter ? "counter" : "gauge", read.Types[NameOf(metric)]);
            Assert.Equal(metric.Description, read.Help[NameOf(metric)]);
            Assert.Equal(metric.SeriesCount, read.Samples.Count(sample => sample.Name == NameOf(metric)));
        });
        Assert.All(read.Samples, sample => Assert.Equal(("10", 0), (sample.Labels["chain_id"], sample.Value)));
    }

    [Fact]
    public void Histograms_are_cumulative_and_a_value_on_a_bound_is_within_it()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        using MetricSource source = new(factory, 10);
        foreach (double value in new[] { -0.5, 0, 0.1, 0.11, 61 })
        {
            source.Histogram(BlockMetrics.Latency).Record(value);
        }

        const string Name = "opstack_p2p_block_delivery_latency_seconds";
        Exposition read = Scrape.Read(prometheus);
        Assert.Equal("histogram", read.Types[Name]);
        Assert.Equal((2, 3, 4), (Bucket("0"), Bucket("0.1"), Bucket("0.25")));
        Assert.Equal((4, 5), (Bucket("60"), Bucket("+Inf")));
        Assert.Equal(60.71, read.Value(Name + "_sum"), 6);
        Assert.Equal(MetricBuckets.Delivery.Length + 1, read.Samples.Count(sample => sample.Name == Name + "_bucket"));

        double Bucket(string bound) => read.Value(Name + "_bucket", ("le", bound));
    }

    [Fact]
    public void Two_chains_are_two_series_and_two_networks_of_one_chain_are_one()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        using MetricSource first = new(factory, 10), second = new(factory, 10), other = new(factory, 8453);
        (MetricSource Source, long Count)[] all = [(first, 3), (second, 4), (other, 5)];
        foreach ((MetricSource source, long count) in all)
        {
            source.Observe(ConnectionMetrics.Peers, () => count);
            source.Observe(BlockMetrics.LastNumber, () => 100 * count);
            source.Histogram(PeerMetrics.RoundTrip).Record(count);
        }

        Assert.Equal(2, factory.Meters.Count);
        Exposition read = Scrape.Read(prometheus);
        Assert.Equal((7, 5), (Of("10", "opstack_p2p_peers"), Of("8453", "opstack_p2p_peers")));
        Assert.Equal((400, 500), (Of("10", "opstack_p2p_block_last_number"), Of("8453", "opstack_p2p_block_last_number")));
        Assert.Equal((2, 1), (Of("10", "opstack_p2p_ping_duration_seconds_count"), Of("8453", "opstack_p2p_ping_duration_seconds_count")));

        // What has ended is gone, though its meter lives on; and one of the same chain that comes later makes no second instrument.
        first.Dispose();
        other.Dispose();
        using MetricSource again = new(factory, 8453);
        again.Observe(ConnectionMetrics.Peers, () => 9);
        read = Scrape.Read(prometheus);
        Assert.Equal((4, 9), (Of("10", "opstack_p2p_peers"), Of("8453", "opstack_p2p_peers")));

        double Of(string chain, string name) => read.Samples.Single(sample => sample.Name == name && sample.Labels["chain_id"] == chain).Value;
    }

    [Fact]
    public void Meters_of_our_own_add_up_as_well_and_end_with_their_network()
    {
        const ulong Chain = 77_001; // No other test's: all meters of the process are listened to.
        using PrometheusText prometheus = new();
        MetricSource first = new(null, Chain);
        using MetricSource second = new(null, Chain);
        first.Observe(ConnectionMetrics.Peers, () => 3);
        first.Observe(BlockMetrics.LastNumber, () => 8);
        second.Observe(ConnectionMetrics.Peers, () => 4);
        second.Observe(BlockMetrics.LastNumber, () => 9);
        Assert.Equal((7, 9), (Of("opstack_p2p_peers"), Of("opstack_p2p_block_last_number")));
        first.Dispose();
        Assert.Equal(4, Of("opstack_p2p_peers"));

        double Of(string name) =>
            Scrape.Read(prometheus).Samples.Single(s => s.Name == name && s.Labels["chain_id"] == "77001").Value;
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        Meter meter = factory.Create(new MeterOptions(MetricCatalog.MeterName) { Tags = [new("chain_id", "a\"b\\c\nd")] });
        meter.CreateObservableGauge(
            "9 odd.name", () => new Measurement<long>(1, new KeyValuePair<string, object?>("a-b", "\\\n\"")), "s", "one\ntwo \\ three");
        Exposition read = Scrape.Read(prometheus);
        ExpositionSample only = Assert.Single(read.Samples);
        Assert.Equal(("_9_odd_name_seconds", "a\"b\\c\nd", "\\\n\""), (only.Name, only.Labels["chain_id"], only.Labels["a_b"]));
        Assert.Equal(@"one\ntwo \\ three", read.Help["_9_odd_name_seconds"]);
    }

    [Fact]
    public void Series_are_bounded_and_what_is_over_is_counted()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        Meter meter = factory.Create(new MeterOptions(MetricCatalog.MeterName));
        Histogram<double> wild = meter.CreateHistogram<double>("wild");
        for (int i = 0; i < 5_000; i++)
        {
            wild.Record(1, new KeyValuePair<string, object?>("peer", i));
        }

        Assert.Equal(4_096, Scrape.Read(prometheus).Samples.Count(sample => sample.Name == "wild_count"));
        Assert.Equal(904, prometheus.DroppedMeasurements);
    }

    [Fact]
    public void Another_meter_of_the_process_is_not_listened_to()
    {
        using TestMeterFactory factory = new(), foreign = new();
        using PrometheusText prometheus = new(factory);
        factory.Create(new MeterOptions("Kestrel")).CreateObservableGauge("a", () => 1L);
        foreign.Create(new MeterOptions(MetricCatalog.MeterName)).CreateObservableGauge("b", () => 1L);
        Assert.Equal("", Scrape.TextOf(prometheus));
    }

    [Fact]
    public async Task Scrapes_and_records_and_networks_that_come_and_go_may_overlap()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        using MetricSource source = new(factory, 10);
        MetricHistogram histogram = source.Histogram(SyncMetrics.Duration);
        const int Records = 20_000;
        Task[] recorders = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Records; i++)
            {
                histogram.Record(i % 7, i % SyncMetrics.Duration.SeriesCount);
            }
        }))];
        Task churn = Task.Run(() =>
        {
            for (ulong i = 0; i < 50; i++)
            {
                using MetricSource passing = new(i % 2 == 0 ? factory : null, 11);
                passing.Observe(ConnectionMetrics.Peers, () => 1);
            }
        });
        Task[] scrapes = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                Scrape.Read(prometheus);
            }
        }))];
        await Task.WhenAll([.. recorders, .. scrapes, churn]).WaitAsync(TimeSpan.FromMinutes(2));

        const string Count = "opstack_p2p_sync_request_duration_seconds_count";
        Assert.Equal(2 * Records, Scrape.Read(prometheus).Samples.Where(sample => sample.Name == Count).Sum(sample => sample.Value));
    }

    [Theory]
    [InlineData("opstack.p2p.traffic", "By", true, "opstack_p2p_traffic_bytes_total")]
    [InlineData("opstack.p2p.ping.duration", "s", false, "opstack_p2p_ping_duration_seconds")]
    [InlineData("opstack.p2p.peers", "{peer}", false, "opstack_p2p_peers")]
    public void Names_are_those_of_the_OpenTelemetry_exporter(string instrument, string unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusNames.OfMetric(instrument, unit, isCounter));

    private static string NameOf(MetricDefinition metric) => PrometheusNames.OfMetric(metric.Name, metric.Unit, metric.Kind == MetricKind.Counter);
}
