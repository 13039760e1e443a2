using System.Buffers;
using OpStack.Libp2p;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Transport;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Node;
using OpStack.P2P.Tests.Rpc;

namespace OpStack.P2P.Tests.Metrics;

/// <summary>A peer, and a caller of the RPC, who put words of their own wherever they can: none of them is in a scrape, and no series is new.</summary>
public sealed class HostileLabelTests
{
    private const string Word = "evil";
    private const int Peers = 5;
    private const int Words = 20;

    [Fact]
    public async Task Names_that_peers_and_callers_choose_make_no_series_and_no_label()
    {
        using TestMeterFactory factory = new();
        using PrometheusText prometheus = new(factory);
        await using TestNetwork us = await TestNetwork.StartAsync(config => config with { Discovery = false, MeterFactory = factory });
        Exposition before = Scrape.Read(prometheus);
        for (int i = 0; i < Peers; i++)
        {
            await AttackAsync(us, i);
        }

        for (int i = 0; i < Words; i++)
        {
            await us.Handler.Rpc.HandleAsync(System.Text.Encoding.UTF8.GetBytes(RpcFixture.Body($"{Word}_{i}")));
        }

        await us.Network.Readings!.SampleAsync();
        await Until.TrueAsync(() => Scrape.Read(prometheus).Value("opstack_p2p_connections_closed_total", ("direction", "inbound"), ("reason", "closed_by_remote")) == Peers);
        string text = Scrape.TextOf(prometheus);
        Exposition after = Exposition.Parse(text);
        Assert.DoesNotContain(Word, text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(SeriesOf(before), SeriesOf(after).Where(series => !IsOfHistogram(after, series)));

        // It was heard: what it chose is counted, as what is none of ours.
        Assert.Equal(Peers, after.Value("opstack_p2p_connections_opened_total", ("direction", "inbound")));
        Assert.Equal(Peers * Words, after.Value("opstack_p2p_gossip_messages_total", ("outcome", "not_subscribed")));
        Assert.Equal(Words, after.Value("opstack_p2p_rpc_calls_total", ("method", "other"), ("outcome", "method_not_found")));
    }

    private static async Task AttackAsync(TestNetwork us, int number)
    {
        using KeyPair key = KeyPair.GenerateSecp256k1();
        await using Swarm peer = new(key, new SwarmOptions { AgentVersion = $"{Word}-agent-{number}", ProtocolVersion = $"{Word}-version-{number}" });
        peer.SetStreamHandler("/meshsub/1.1.0", ReadToEndAsync);
        for (int i = 0; i < Words; i++)
        {
            peer.SetStreamHandler($"/{Word}/{number}/{i}", ReadToEndAsync); // Told by identify.
        }

        await peer.DialAsync(us.Address).AsTask().WaitAsync(DriverNode.Patience);
        await Until.TrueAsync(() => us.Gossip.GetIdentifyInfo(peer.LocalPeerId)?.AgentVersion.StartsWith(Word, StringComparison.Ordinal) == true);
        await Until.TrueAsync(async () => (await us.Gossip.GetSnapshotAsync()).Peers.Any(known => known.Peer.Equals(peer.LocalPeerId)));
        for (int i = 0; i < Words; i++)
        {
            Libp2pException refused = await Assert.ThrowsAsync<Libp2pException>(
                () => peer.OpenStreamAsync(us.Gossip.LocalPeerId, [$"/{Word}/stream/{i}"], default).AsTask());
            Assert.Equal(Libp2pError.NegotiationFailed, refused.Error);
        }

        IByteStream gossip = (await peer.OpenStreamAsync(us.Gossip.LocalPeerId, ["/meshsub/1.1.0"], default)).Bytes;
        for (int i = 0; i < Words; i++)
        {
            string topic = $"/{Word}/{number}/topic/{i}";
            ArrayBufferWriter<byte> rpc = new();
            RpcWriter.Write(new GossipRpc { Subscriptions = { new SubscriptionEntry(topic, true) }, Graft = { topic } }, rpc);
            await gossip.WriteAsync(rpc.WrittenMemory, default);
            GossipFrame frame = GossipFrame.Encode(topic, [1, 2, 3]);
            await gossip.WriteAsync(frame.Bytes, default);
            frame.Release();
        }

        await Until.TrueAsync(() => us.Gossip.Statistics.NotSubscribed == (number + 1) * Words);
    }

    private static IEnumerable<string> SeriesOf(Exposition read) => read.Samples
        .Select(sample => $"{sample.Name}{{{string.Join(',', sample.Labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal))}}}")
        .Order(StringComparer.Ordinal);

    /// <summary>A histogram's series is there from its first value on; its labels are of closed sets all the same (MetricsDocumentTests).</summary>
    private static bool IsOfHistogram(Exposition read, string series) =>
        read.Types.Any(type => type.Value == "histogram" && series.StartsWith($"{type.Key}_", StringComparison.Ordinal));

    private static async Task ReadToEndAsync(ProtocolStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4_096];
        while (await stream.Bytes.ReadAsync(buffer, cancellationToken) > 0)
        {
            // What it is told does not matter.
        }
    }
}
