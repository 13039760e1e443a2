using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using OpStack.P2P.Metrics;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>docs/metrics.md against what running networks publish, both ways.</summary>
public sealed class MetricsDocumentTests
{
    [Fact]
    public async Task What_is_documented_is_measured_and_what_is_measured_is_documented()
    {
        IReadOnlyDictionary<string, DocumentedMetric> documented = MetricsDocument.Read();
        using Recorder recorder = new();
        await RunAsync(recorder);

        Assert.Equal(documented.Keys.Order(StringComparer.Ordinal), recorder.Instruments.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Instrument instrument) in recorder.Instruments)
        {
            DocumentedMetric row = documented[name];
            Assert.Equal((row.Unit, row.Meaning), (instrument.Unit, instrument.Description));
            Assert.True(IsOfKind(instrument, row.Kind), $"{name} is a {instrument.GetType().Name}");
            if (instrument is Histogram<double> histogram)
            {
                Assert.Equal(row.Buckets, histogram.Advice!.HistogramBucketBoundaries);
            }
        }

        foreach ((string name, IReadOnlyList<KeyValuePair<string, object?>[]> series) in recorder.Series)
        {
            IReadOnlyDictionary<string, string[]> labels = documented[name].Labels;
            Assert.All(series, tags => Assert.Equal([.. labels.Keys, MetricCatalog.ChainTag], tags.Select(tag => tag.Key)));
            Assert.All(series, tags => Assert.Equal("901", tags[^1].Value));
            Assert.All(series.SelectMany(tags => tags.SkipLast(1)), tag => Assert.Contains((string)tag.Value!, labels[tag.Key]));
            if (recorder.Instruments[name] is not Histogram<double>)
            {
                // Counters and gauges have all their series from the start.
                Assert.Equal(labels.Values.Aggregate(1, (count, values) => count * values.Length), series.Count);
            }
        }

        string[] measured = [.. recorder.Series.Keys];
        Assert.Equal(documented.Values.Where(row => row.Kind != "histogram").Select(row => row.Name).Except(measured), []);
        Assert.Contains("opstack.p2p.block.delivery.latency", measured);
        Assert.Contains("opstack.p2p.block.validation.duration", measured);
        Assert.Contains("opstack.p2p.peers.scores", measured);
        Assert.Contains("opstack.p2p.connections.duration", measured);
        Assert.Contains("opstack.p2p.sync.request.duration", measured);
    }

    /// <summary>reference/op-stack-p2p.md 2.4 and kona.md 1.12, without what op-node measures of others than peers.</summary>
    [Theory]
    [InlineData(
        "p2p_peer_count p2p_stream_count peer_scores p2p_gossip_events_total p2p_bandwidth_bytes_total p2p_peer_unbans p2p_ip_unbans p2p_dials p2p_accepts "
        + "p2p_req_duration_seconds p2p_req_total p2p_payload_by_number p2p_payloads_quarantine_total unsafe_payloads_total last_unsafe_payloads_unix "
        + "publishing_errors_total last_publishing_errors_unix refs_number refs_time p2p_peer_bans")]
    [InlineData(
        "REJECT_MESSAGE PUBLISH_MESSAGE DUPLICATE_MESSAGE DELIVER_MESSAGE ADD_PEER REMOVE_PEER RECV_RPC SEND_RPC DROP_RPC JOIN LEAVE GRAFT PRUNE")]
    [InlineData(
        "gossip_events gossipsub_connection unsafe_block_published swarm_peer_count dial_peer dial_peer_error rpc_calls banned_peers peer_scores "
        + "gossip_peer_connection_duration_seconds block_validation_total block_validation_success block_validation_failed block_validation_duration_seconds "
        + "block_version discovery_events find_node_requests enr_store_time discovery_peer_count gossip_invalid_message gossip_message_id_invalid_snappy "
        + "block_signing_errors")]
    public void What_op_node_and_kona_measure_is_measured_in_the_place_that_the_table_names(string theirs)
    {
        string text = Repository.Read("docs", "metrics.md");
        string[] last = [.. text.Split('\n').Where(line => line.StartsWith("| `opstack.p2p.", StringComparison.Ordinal)).Select(line => line.Split('|')[^2])];
        Assert.All(theirs.Split(' '), name => Assert.Contains(last, cell => Regex.IsMatch(cell, $@"\b{name}\b")));
    }

    /// <summary>Two networks that find each other, gossip, sync and part.</summary>
    private static async Task RunAsync(Recorder recorder)
    {
        ExecutionPayload[] chain = NetworkSyncTests.Chain(length: 3);
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(
            config => config with { Signer = signer, PayloadSource = new NetworkSyncTests.ChainSource(chain) });
        await using TestNetwork follower = await TestNetwork.StartAsync(
            sequencer.Enr, config => config with { MeterFactory = recorder.Factory });
        await sequencer.MeshedAsync(follower);
        await sequencer.Handler.PublishAsync(DriverNode.Block(9).WithSignature(default));
        await follower.NextBlockAsync();
        SyncRange range = new(chain[0].BlockNumber, chain[^1].BlockNumber, chain[^1].BlockHash);
        await follower.Handler.Sync!.RequestRangeAsync(range, (_, _) => ValueTask.CompletedTask).WaitAsync(DriverNode.Patience);
        await follower.Network.Readings!.SampleAsync();
        recorder.Collect();
        await follower.Gossip.DisconnectAsync(sequencer.Gossip.LocalPeerId);
        await Until.TrueAsync(() => recorder.Series.ContainsKey("opstack.p2p.connections.duration"));
    }

    private static bool IsOfKind(Instrument instrument, string kind) => kind switch
    {
        "counter" => instrument is ObservableCounter<long>,
        "histogram" => instrument is Histogram<double>,
        _ => instrument is ObservableGauge<long>,
    };

    /// <summary>Listens to the meters of one factory, and keeps the tags of every series.</summary>
    private sealed class Recorder : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Lock _gate = new();
        private readonly Dictionary<string, Instrument> _instruments = [];
        private readonly Dictionary<string, Dictionary<string, KeyValuePair<string, object?>[]>> _series = [];

        public Recorder()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == Factory)
                {
                    Assert.Equal((MetricCatalog.MeterName, "901"), (instrument.Meter.Name, instrument.Meter.Tags!.Single().Value));
                    lock (_gate)
                    {
                        _instruments.Add(instrument.Name, instrument);
                    }

                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
            _listener.Start();
        }

        public TestMeterFactory Factory { get; } = new();

        public IReadOnlyDictionary<string, Instrument> Instruments => _instruments;

        public IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, object?>[]>> Series
        {
            get
            {
                lock (_gate)
                {
                    return _series.ToDictionary(s => s.Key, s => (IReadOnlyList<KeyValuePair<string, object?>[]>)[.. s.Value.Values]);
                }
            }
        }

        public void Collect() => _listener.RecordObservableInstruments();

        public void Dispose()
        {
            _listener.Dispose();
            Factory.Dispose();
        }

        private void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            KeyValuePair<string, object?>[] own = tags.ToArray();
            lock (_gate)
            {
                if (!_series.TryGetValue(instrument.Name, out Dictionary<string, KeyValuePair<string, object?>[]>? known))
                {
                    _series.Add(instrument.Name, known = []);
                }

                known[string.Join("|", own)] = own;
            }
        }
    }
}
