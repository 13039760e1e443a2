using OpStack.P2P.Metrics;
using OpStack.P2P.Rpc;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Metrics;
using OpStack.P2P.Tests.Node;

namespace OpStack.P2P.Tests.Rpc;

/// <summary>Every call is counted once, by its method and how it ended.</summary>
public sealed class RpcMeasurementTests : IDisposable
{
    private readonly TestMeterFactory _factory = new();
    private readonly PrometheusText _prometheus;
    private readonly MetricSource _source;

    public RpcMeasurementTests()
    {
        _prometheus = new PrometheusText(_factory);
        _source = new MetricSource(_factory, 10);
    }

    public void Dispose()
    {
        _source.Dispose();
        _prometheus.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public async Task Calls_are_counted_by_method_and_outcome()
    {
        FakeTimeProvider time = new();
        RpcFixture rpc = new(new RpcOptions { AllowMutations = false }, time, measurements: new RpcMeasurements(_source));
        string self = RpcFixture.Body("opp2p_self");
        await rpc.SendAsync(self);
        await rpc.SendAsync($$"""[{{self}},{"jsonrpc":"2.0","method":"opp2p_self"},1,{{RpcFixture.Body("a_name_of_the_callers")}}]""");
        await rpc.CallAsync("opp2p_peers", "[1]");
        await rpc.CallAsync("opp2p_explainScore", "[\"\"]"); // An error of op-node's own, but of parameters.
        await rpc.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]");
        await rpc.CallAsync("opp2p_blocAddr", "[\"1.2.3.4\"]");
        await rpc.CallAsync("admin_postUnsafePayload", "[{}]");
        rpc.Api.Table = null;
        await rpc.CallAsync("opp2p_discoveryTable");
        await rpc.SendAsync("{"); // A body without a call counts as one.
        await rpc.SendAsync("[]");

        Assert.Equal(
            [
                ("admin_postUnsafePayload", "forbidden", 1), ("opp2p_blockAddr", "forbidden", 2), ("opp2p_discoveryTable", "failed", 1),
                ("opp2p_explainScore", "invalid_params", 1), ("opp2p_peers", "invalid_params", 1), ("opp2p_self", "succeeded", 3),
                ("other", "invalid_request", 3), ("other", "method_not_found", 1),
            ],
            Counted(out Exposition read));
        Assert.Equal(3, read.Value("opstack_p2p_rpc_duration_seconds_count", ("method", "opp2p_self")));
        Assert.Equal(13, read.Samples.Where(sample => sample.Name == "opstack_p2p_rpc_duration_seconds_count").Sum(sample => sample.Value));
    }

    [Fact]
    public async Task A_call_lasts_until_it_is_done_and_one_that_its_caller_gave_up_is_told_from_one_that_was_too_slow()
    {
        FakeTimeProvider time = new();
        RpcFixture rpc = new(new RpcOptions { Timeout = TimeSpan.FromSeconds(5) }, time, measurements: new RpcMeasurements(_source));
        rpc.Api.OnChange = _ =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        };
        await rpc.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]");
        rpc.Api.OnChange = cancelled =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return Task.Delay(Timeout.Infinite, cancelled);
        };
        await rpc.CallAsync("opp2p_blockAddr", "[\"1.2.3.4\"]");
        using CancellationTokenSource caller = new();
        rpc.Api.OnChange = cancelled =>
        {
            caller.Cancel();
            return Task.Delay(Timeout.Infinite, cancelled);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            rpc.Rpc.HandleAsync(System.Text.Encoding.UTF8.GetBytes(RpcFixture.Body("opp2p_blockAddr", "[\"1.2.3.4\"]")), caller.Token).AsTask());

        Assert.Equal(
            [("opp2p_blockAddr", "cancelled", 1), ("opp2p_blockAddr", "failed", 1), ("opp2p_blockAddr", "succeeded", 1)], Counted(out Exposition read));
        Assert.Equal(8, read.Value("opstack_p2p_rpc_duration_seconds_sum", ("method", "opp2p_blockAddr")), 9);
    }

    [Fact]
    public async Task A_network_counts_what_its_RPC_is_asked()
    {
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false, MeterFactory = _factory });
        OpP2PClient client = new(new InProcessTransport(us.Handler.Rpc));
        await client.SelfAsync();
        await client.BandwidthAsync();
        await Assert.ThrowsAsync<OpP2PRpcException>(() => client.DiscoveryTableAsync().AsTask());
        Assert.Equal([("opp2p_bandwidth", "succeeded", 1), ("opp2p_discoveryTable", "failed", 1), ("opp2p_self", "succeeded", 1)], Counted(out _));
    }

    [Fact]
    public async Task Every_method_has_a_series_of_its_own()
    {
        RpcFixture rpc = new(measurements: new RpcMeasurements(_source));
        foreach (RpcMethod method in RpcMethods.All)
        {
            await rpc.CallAsync(method.Name, "{}");
        }

        IReadOnlyList<(string Method, string Outcome, double Calls)> counted = Counted(out _);
        Assert.All(counted, series => Assert.Equal(("invalid_params", series.Method == "opp2p_blockAddr" ? 2 : 1), (series.Outcome, series.Calls)));
        Assert.Equal(RpcMethods.All.Count - 1, counted.Count);
        Assert.DoesNotContain("other", counted.Select(series => series.Method));
    }

    private IReadOnlyList<(string Method, string Outcome, double Calls)> Counted(out Exposition read)
    {
        read = Scrape.Read(_prometheus);
        return
        [
            .. read.Samples.Where(sample => sample.Name == "opstack_p2p_rpc_calls_total" && sample.Value > 0)
                .Select(sample => (sample.Labels["method"], sample.Labels["outcome"], sample.Value)).Order(),
        ];
    }
}
