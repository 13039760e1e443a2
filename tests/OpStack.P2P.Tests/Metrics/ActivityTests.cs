using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using OpStack.Libp2p;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Metrics.Definitions;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>The spans of docs/metrics.md, as a listener sees them. Alone: a listener hears the whole process.</summary>
[Collection(ProcessCountsCollection.Name)]
public sealed partial class ActivityTests
{
    private static readonly string[] Sources = ["OpStack.P2P", "OpStack.Libp2p", "OpStack.Discv5"];

    [Fact]
    public async Task Dial_handshake_lookup_validation_and_sync_have_spans_with_closed_tags()
    {
        using Spans spans = new();
        ExecutionPayload[] chain = NetworkSyncTests.Chain(length: 2);
        using FakeSigner signer = new();
        using (Activity host = new Activity("start of the host").Start())
        {
            await using TestNetwork us = await TestNetwork.StartAsync(
                config => config with { Signer = signer, PayloadSource = new NetworkSyncTests.ChainSource(chain) });
            await using TestNetwork them = await TestNetwork.StartAsync();
            await them.Gossip.DialAsync(us.Address);
            await us.MeshedAsync(them);
            await Assert.ThrowsAsync<Libp2pException>(() => them.Gossip.DialAsync(Multiaddr.Parse($"/ip4/127.0.0.1/tcp/1/p2p/{Stranger()}")).AsTask());
            await us.Handler.PublishAsync(DriverNode.Block(5).WithSignature(default));
            await them.NextBlockAsync();
            SyncRange range = new(chain[0].BlockNumber, chain[^1].BlockNumber, chain[^1].BlockHash);
            await them.Handler.Sync!.RequestRangeAsync(range, (_, _) => ValueTask.CompletedTask).WaitAsync(DriverNode.Patience);
            await Until.TrueAsync(() => spans.Of("discv5.lookup").Length > 0 && spans.Of("opstack.sync.serve").Length == 2);

            Activity dial = spans.Of("libp2p.dial").First(span => span.Status != ActivityStatusCode.Error);
            Activity outbound = spans.Of("libp2p.handshake").Single(span => (string?)span.GetTagItem("direction") == "outbound");
            Activity inbound = spans.Of("libp2p.handshake").Single(span => (string?)span.GetTagItem("direction") == "inbound");
            Assert.Equal((host.SpanId, dial.SpanId), (dial.ParentSpanId, outbound.ParentSpanId));
            Assert.Equal("DialFailed", spans.Of("libp2p.dial").Single(span => span.Status == ActivityStatusCode.Error).GetTagItem("error.type"));

            // What runs by itself is no part of the host's start; what the host asks for is.
            Assert.Null(inbound.ParentId);
            Assert.All(spans.Of("discv5.lookup"), span => Assert.Null(span.ParentId));
            Assert.Contains(spans.Of("opstack.validation"), span => span.ParentId is null && (string?)span.GetTagItem("outcome") == "none");
            Activity asked = Assert.Single(spans.Of("opstack.sync.range"));
            Assert.Equal((host.SpanId, "complete"), (asked.ParentSpanId, asked.GetTagItem("outcome")));
            Assert.Equal(2, spans.Of("opstack.sync.request").Count(span => span.ParentSpanId == asked.SpanId));
        }

        Assert.All(spans.All, CheckTags);
    }

    [Fact]
    public void The_spans_that_are_documented_are_those_that_the_code_begins()
    {
        IEnumerable<string> begun = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*Activity.cs", SearchOption.AllDirectories)
            .SelectMany(file => StartedSpan().Matches(File.ReadAllText(file)).Select(span => span.Groups[1].Value));
        string[] documented = [.. DocumentedSpan().Matches(Repository.Read("docs", "metrics.md")).Select(span => span.Groups[1].Value)];
        Assert.Equal(7, documented.Length);
        Assert.Equal(documented.Order(), begun.Order());
    }

    [Fact]
    public void Without_a_listener_a_span_is_not_made_and_costs_no_allocation()
    {
        Assert.Null(OpStack.P2P.Metrics.P2PActivity.StartValidation());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            using Activity? validation = OpStack.P2P.Metrics.P2PActivity.StartValidation();
            using Activity? request = OpStack.P2P.Metrics.P2PActivity.StartSyncRequest(default);
            using Activity? dial = Libp2pActivity.StartDial();
            using Activity? handshake = Libp2pActivity.StartHandshake(isOutbound: true);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void CheckTags(Activity span)
    {
        Assert.Contains(span.Source.Name, Sources);
        foreach ((string name, object? value) in span.TagObjects)
        {
            string[] allowed = (span.OperationName, name) switch
            {
                ("libp2p.handshake", "direction") => ["inbound", "outbound"],
                ("libp2p.dial" or "libp2p.handshake", "error.type") => [.. Enum.GetNames<Libp2pError>(), "Abandoned", "Fault"],
                ("discv5.lookup", "error.type") => [.. Enum.GetNames<OpStack.Discv5.Discv5Error>(), "Abandoned", "Fault"],
                ("opstack.validation", "outcome") => [.. BlockMetrics.Reason.Values],
                ("opstack.sync.request" or "opstack.sync.serve", "outcome") => [.. SyncMetrics.Outcome.Values],
                ("opstack.sync.range", "outcome") => ["complete", "not_found", "unlinked", "stalled", "too_large", "busy", "stopped"],
                _ => [],
            };
            Assert.Contains((string)value!, allowed);
        }
    }

    private static OpStack.Libp2p.Identity.PeerId Stranger()
    {
        using OpStack.Libp2p.Identity.KeyPair key = OpStack.Libp2p.Identity.KeyPair.GenerateSecp256k1();
        return key.PeerId;
    }

    [GeneratedRegex("StartActivity\\(\"([^\"]+)\"")]
    private static partial Regex StartedSpan();

    [GeneratedRegex("^\\| `OpStack[.][A-Za-z0-9]+` \\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex DocumentedSpan();

    /// <summary>Keeps every span that ends.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => Sources.Contains(source.Name),
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity[] All => [.. _ended];

        public Activity[] Of(string name) => [.. _ended.Where(span => span.OperationName == name)];

        public void Dispose() => _listener.Dispose();
    }
}
