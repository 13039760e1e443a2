using System.Text.Json.Nodes;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>Nodes that validate blocks; the first one publishes. js/blocks.mjs is the same.</summary>
internal sealed class BlockNodes(Action<JsonNode> emit) : IChildNodes
{
    /// <summary>The chain.</summary>
    public const ulong ChainId = 901;

    private static readonly string Topic = new BlockTopics(ChainId)[PayloadVersion.V4];
    private readonly List<(GossipDriver Driver, KeyPair Key)> _nodes = [];
    private readonly Queue<OpNetworkPayloadEnvelope> _blocks = [];

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> CallAsync(string command, JsonNode options) => command switch
    {
        "start" => await StartAsync((int)options["count"]!, (int)options["degree"]!).ConfigureAwait(false),
        "dial" => await DialAsync((string)options["address"]!).ConfigureAwait(false),
        "hasMesh" => await HasMeshAsync((int)options["degree"]!).ConfigureAwait(false),
        "prepare" => Prepare((ulong)options["first"]!, (int)options["count"]!, (int)options["size"]!),
        "publish" => await PublishAsync().ConfigureAwait(false),
        _ => throw new ArgumentException(command, nameof(command)),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.Driver.DisposeAsync().AsTask())).ConfigureAwait(false);
        _nodes.ForEach(node => node.Key.Dispose());
    }

    private async Task<JsonNode> StartAsync(int count, int degree)
    {
        GossipsubOptions mesh = degree > 12 ? new GossipsubOptions().WithMesh(degree, degree, degree) : new GossipsubOptions();
        JsonArray addresses = [];
        for (int node = 0; node < count; node++)
        {
            KeyPair key = KeyPair.GenerateSecp256k1();
            GossipDriver driver = new GossipDriverBuilder(
                    TestChains.At(ChainId, PayloadVersion.V4), TestBlocks.Sequencer, Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"), key)
                .WithConfig(mesh)
                .WithConnectionLimits(new ConnectionLimits().WithWater(64, 96)) // No trim in a long run.
                .WithPeerScoring(PeerScoreLevel.Off) // All of them share one address.
                .Build();
            await driver.StartAsync().ConfigureAwait(false);
            _nodes.Add((driver, key));
            addresses.Add(driver.ListenAddresses[0].WithPeerId(driver.LocalPeerId).ToString());
            _ = ReadAsync(driver, node);
        }

        return addresses;
    }

    private async Task<JsonNode?> DialAsync(string address)
    {
        foreach ((GossipDriver driver, _) in _nodes)
        {
            await driver.DialAsync(Multiaddr.Parse(address)).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<JsonNode> HasMeshAsync(int degree)
    {
        bool has = true;
        foreach ((GossipDriver driver, _) in _nodes)
        {
            RouterSnapshot snapshot = await driver.GetSnapshotAsync().ConfigureAwait(false);
            has &= snapshot.Mesh.TryGetValue(Topic, out IReadOnlyList<PeerId>? mesh) && mesh.Count >= degree;
        }

        return has;
    }

    private JsonNode? Prepare(ulong first, int count, int size)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        for (ulong number = first; number < first + (ulong)count; number++)
        {
            _blocks.Enqueue(TestBlocks.SignedNow(PayloadVersion.V4, ChainId, key, number, size));
        }

        return null;
    }

    private async Task<JsonNode> PublishAsync()
    {
        OpNetworkPayloadEnvelope block = _blocks.Dequeue();
        long at = Child.Now;
        await _nodes[0].Driver.PublishAsync(block).ConfigureAwait(false);
        return new JsonObject { ["number"] = block.Payload.BlockNumber, ["at"] = at };
    }

    private async Task ReadAsync(GossipDriver driver, int node)
    {
        await foreach (GossipEvent next in driver.Events.ConfigureAwait(false))
        {
            if (next is BlockReceived block)
            {
                emit(new JsonObject { ["event"] = "delivered", ["at"] = Child.Now, ["node"] = node, ["number"] = block.Envelope.Payload.BlockNumber });
            }
        }
    }
}
