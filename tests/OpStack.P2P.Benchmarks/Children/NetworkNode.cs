using System.Net;
using System.Text.Json.Nodes;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>One whole node as a host would have it, discovery included.</summary>
internal sealed class NetworkNode : IChildNodes
{
    private Network? _network;
    private NetworkHandler? _handler;

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> CallAsync(string command, JsonNode options) => command switch
    {
        "start" => await StartAsync().ConfigureAwait(false),
        "hasPeers" => _handler!.Gossip.ConnectedPeers.Count >= (int)options["count"]!,
        "collect" => Collect(),
        _ => throw new ArgumentException(command, nameof(command)),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Fills the young generation, as an hour of heartbeats does: from then on memory does not grow.</summary>
    private static JsonNode? Collect()
    {
        int collections = GC.CollectionCount(0);
        while (GC.CollectionCount(0) < collections + 2)
        {
            GC.KeepAlive(new byte[1024]);
        }

        return null;
    }

    /// <summary>The address, and the nanoseconds that the first start in this process took until the node listened: on the clock, and of the processor.</summary>
    private async Task<JsonNode> StartAsync()
    {
        _network = Network.Builder(new NetworkConfig
        {
            RollupConfig = TestChains.At(BlockNodes.ChainId, PayloadVersion.V4),
            UnsafeBlockSigner = TestBlocks.Sequencer,
            ListenIp = IPAddress.Loopback,
            ListenTcpPort = 0,
        })
            .WithPeerScoring(PeerScoreLevel.Off) // The peers share one address.
            .WithPeerLimits(32, 64)
            .Build();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long begin = Child.Now;
        _handler = await _network.StartAsync().ConfigureAwait(false);
        long took = Child.Now - begin;
        processor = Environment.CpuUsage.TotalTime - processor;
        Multiaddr address = _handler.Gossip.ListenAddresses[0].WithPeerId(_handler.Gossip.LocalPeerId);
        return new JsonObject { ["took"] = took, ["processor"] = processor.TotalNanoseconds, ["address"] = address.ToString() };
    }
}
