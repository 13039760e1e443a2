using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;

namespace OpStack.P2P.Benchmarks.Children;

/// <summary>
/// Nodes that accept every message; the first one sends as many as it can, so many ahead of what the receiver has answered. Without that, one side would
/// measure how it drops messages. js/flood.mjs is the same.
/// </summary>
internal sealed class FloodNodes(Action<JsonNode> emit) : IChildNodes
{
    private static readonly string Topic = new BlockTopics(BlockNodes.ChainId)[PayloadVersion.V4];
    private static readonly string Answers = new BlockTopics(BlockNodes.ChainId)[PayloadVersion.V3];

    private readonly List<(Swarm Swarm, GossipsubService Gossip, KeyPair Key)> _nodes = [];
    private readonly SemaphoreSlim _answer = new(0);
    private int _answerEvery;
    private long _received;
    private long _sent;
    private long _answered;
    private bool _flooding;
    private Exception? _fault;
    private Task _loop = Task.CompletedTask;

    private GossipsubService First => _nodes[0].Gossip;

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> CallAsync(string command, JsonNode options) => command switch
    {
        "start" => await StartAsync((int)options["count"]!, (int)options["degree"]!, (int)options["answerEvery"]!).ConfigureAwait(false),
        "dial" => await DialAsync((string)options["address"]!).ConfigureAwait(false),
        "hasMesh" => await HasMeshAsync((int)options["degree"]!).ConfigureAwait(false),
        "flood" => Flood((int)options["size"]!, (int)options["window"]!),
        "halt" => await HaltAsync().ConfigureAwait(false),
        "count" => Count(),
        "publish" => await PublishAsync((int)options["size"]!).ConfigureAwait(false),
        _ => throw new ArgumentException(command, nameof(command)),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((Swarm swarm, GossipsubService gossip, KeyPair key) in _nodes)
        {
            await gossip.DisposeAsync().ConfigureAwait(false);
            await swarm.DisposeAsync().ConfigureAwait(false);
            key.Dispose();
        }
    }

    private async Task<JsonNode> StartAsync(int count, int degree, int answerEvery)
    {
        _answerEvery = answerEvery;
        GossipsubOptions mesh = degree > 12 ? new GossipsubOptions().WithMesh(degree, degree, degree) : new GossipsubOptions();
        JsonArray addresses = [];
        for (int node = 0; node < count; node++)
        {
            KeyPair key = KeyPair.GenerateSecp256k1();
            Swarm swarm = new(key, new SwarmOptions { Limits = new ConnectionLimits().WithWater(64, 96) }); // No trim in a long run.
            int index = node;
            GossipsubService gossip = new(
                swarm, mesh, [Topic, Answers], new FloodHandler(message => OnDelivered(index, message)), TimeProvider.System, NullLogger.Instance);
            await gossip.StartAsync().ConfigureAwait(false);
            gossip.Subscribe(Topic);
            gossip.Subscribe(Answers);
            addresses.Add(swarm.Listen(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")).WithPeerId(swarm.LocalPeerId).ToString());
            _nodes.Add((swarm, gossip, key));
        }

        return addresses;
    }

    private async Task<JsonNode?> DialAsync(string address)
    {
        foreach ((Swarm swarm, _, _) in _nodes)
        {
            await swarm.DialAsync(Multiaddr.Parse(address)).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<JsonNode> HasMeshAsync(int degree)
    {
        bool has = true;
        foreach ((_, GossipsubService gossip, _) in _nodes)
        {
            RouterSnapshot snapshot = await gossip.GetSnapshotAsync().ConfigureAwait(false);
            has &= new[] { Topic, Answers }.All(topic => snapshot.Mesh.TryGetValue(topic, out IReadOnlyList<PeerId>? mesh) && mesh.Count >= degree);
        }

        return has;
    }

    private JsonNode? Flood(int size, int window)
    {
        Volatile.Write(ref _flooding, true);
        _loop = Task.Run(() => FloodAsync(Literal(size, 0), window));
        return null;
    }

    private async Task FloodAsync(byte[] template, int window)
    {
        while (Volatile.Read(ref _flooding))
        {
            if (_sent - Volatile.Read(ref _answered) >= window)
            {
                await _answer.WaitAsync().ConfigureAwait(false);
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(template.AsSpan(^8), (ulong)++_sent);
            _ = SendAsync(Topic, template);
        }
    }

    private async Task<JsonNode?> HaltAsync()
    {
        Volatile.Write(ref _flooding, false);
        _answer.Release();
        await _loop.ConfigureAwait(false);
        Volatile.Write(ref _answered, _sent);
        return null;
    }

    private JsonObject Count() => _fault is null
        ? new JsonObject { ["count"] = Volatile.Read(ref _received), ["at"] = Child.Now }
        : throw new InvalidOperationException("A publish failed.", _fault);

    /// <summary>One message to all peers; each that receives it says so by an event.</summary>
    private async Task<JsonNode> PublishAsync(int size)
    {
        byte[] data = Literal(size, ++_sent);
        long at = Child.Now;
        await First.PublishAsync(Topic, data).ConfigureAwait(false);
        return new JsonObject { ["at"] = at };
    }

    private void OnDelivered(int node, GossipMessage message)
    {
        if (message.Topic == Answers)
        {
            Volatile.Write(ref _answered, (long)BinaryPrimitives.ReadUInt64LittleEndian(message.Decoded.Body.Span[^8..]));
            _answer.Release();
            return;
        }

        long received = Interlocked.Increment(ref _received);
        if (_answerEvery == 0)
        {
            emit(new JsonObject { ["event"] = "delivered", ["at"] = Child.Now, ["node"] = node });
        }
        else if (received % _answerEvery == 0)
        {
            // Not from here: this is the router's loop, which publishing waits for.
            _ = Task.Run(() => SendAsync(Answers, Literal(sizeof(ulong), received)));
        }
    }

    /// <summary>Publishes without waiting for it to be out; what goes wrong is told with the next count.</summary>
    private async Task SendAsync(string topic, byte[] data)
    {
        try
        {
            await First.PublishAsync(topic, data).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The parent has seen enough.
        }
        catch (Exception e)
        {
            _fault = e;
        }
    }

    /// <summary>Noise in snappy's block format, which compresses nothing of it; ends with the number.</summary>
    private static byte[] Literal(int size, long number)
    {
        List<byte> head = [];
        for (int left = size; ; left >>= 7)
        {
            head.Add((byte)(left > 127 ? (left & 127) | 128 : left));
            if (left <= 127)
            {
                break;
            }
        }

        int most = size - 1;
        head.AddRange([62 << 2, (byte)most, (byte)(most >> 8), (byte)(most >> 16)]);
        byte[] noise = new byte[size];
        new Random(1).NextBytes(noise);
        BinaryPrimitives.WriteUInt64LittleEndian(noise.AsSpan(^8), (ulong)number);
        return [.. head, .. noise];
    }
}
