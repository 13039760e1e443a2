using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Metrics;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>What is measured on the way of a message allocates nothing, with a listener or without.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recording_allocates_nothing(bool isScraped)
    {
        using TestMeterFactory factory = new();
        using PrometheusText? prometheus = isScraped ? new PrometheusText(factory) : null;
        using MetricSource source = new(factory, 10);
        BlockMeasurements blocks = new(source);
        SyncMeasurements sync = new(source);
        PingMeasurements pings = new(source);
        RpcMeasurements rpc = new(source);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        RecordAll(); // The series are there from here on.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            RecordAll();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RecordAll()
        {
            blocks.Took(BlockMeasurements.Check, TimeSpan.FromMilliseconds(3));
            blocks.Judged((int)MessageAcceptance.Reject, (int)BlockInvalidReason.BlockHash);
            blocks.Delivered(4, 17, 1_764_691_203, now);
            sync.Asked(3, TimeSpan.FromSeconds(1));
            sync.Served(SyncMeasurements.Throttled, TimeSpan.FromSeconds(1));
            pings.Answered(TimeSpan.FromMilliseconds(30));
            rpc.RpcCall("opp2p_peers", RpcOutcome.Succeeded, TimeSpan.FromMilliseconds(1));
            rpc.RpcCall("of the caller's choice", RpcOutcome.MethodNotFound, TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Counting_control_allocates_nothing()
    {
        ControlCounters counters = new();
        GossipRpc rpc = new() { Subscriptions = { new SubscriptionEntry("a", true), new SubscriptionEntry("b", false) }, Graft = { "a" } };
        rpc.IWant.AddRange(Enumerable.Repeat(default(MessageId), 5));
        counters.Add(rpc);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 999; i++)
        {
            counters.Add(rpc);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(new ControlCounts(1_000, 1_000, 0, 5_000, 1_000, 0, 0), counters.Snapshot());
    }

    [Fact]
    public void A_method_that_is_none_of_ours_makes_no_series()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        using MetricSource source = new(factory, 10);
        RpcMeasurements rpc = new(source);
        rpc.RpcCall("opp2p_blocAddr", RpcOutcome.Succeeded, TimeSpan.FromMilliseconds(1)); // kona's spelling.
        for (int i = 0; i < 1_000; i++)
        {
            rpc.RpcCall($"attack_{i}", RpcOutcome.MethodNotFound, TimeSpan.FromMilliseconds(1));
        }

        Exposition read = Scrape.Read(prometheus);
        Assert.Equal(1, read.Value("opstack_p2p_rpc_calls_total", ("method", "opp2p_blockAddr"), ("outcome", "succeeded")));
        Assert.Equal(1_000, read.Value("opstack_p2p_rpc_calls_total", ("method", "other"), ("outcome", "method_not_found")));
        Assert.Equal(2, read.Samples.Count(sample => sample.Name == "opstack_p2p_rpc_duration_seconds_count"));
    }
}
