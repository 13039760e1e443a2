using System.Threading.Channels;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Interop.Tests;

/// <summary>One of our nodes, with the blocks it delivered.</summary>
internal sealed class OurNode : IAsyncDisposable
{
    private readonly KeyPair _key;
    private readonly Channel<BlockReceived> _blocks = Channel.CreateUnbounded<BlockReceived>();
    private Task? _reading;

    private OurNode(GossipDriver driver, KeyPair key)
    {
        Driver = driver;
        _key = key;
    }

    public GossipDriver Driver { get; }

    public string Address => Driver.ListenAddresses[0].WithPeerId(Driver.LocalPeerId).ToString();

    public static async Task<OurNode> StartAsync(
        RollupConfig config,
        Address signer,
        GossipsubOptions? options = null,
        TimeProvider? time = null,
        KeyType keyType = KeyType.Secp256k1,
        PeerScoreOptions? scoring = null)
    {
        KeyPair key = keyType == KeyType.Secp256k1 ? KeyPair.GenerateSecp256k1() : KeyPair.GenerateEd25519();
        GossipDriverBuilder builder = new(config, signer, Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"), key);
        builder.WithConfig(options ?? new GossipsubOptions()).WithTimeProvider(time ?? TimeProvider.System).WithPeerScoring(scoring ?? new PeerScoreOptions());
        OurNode node = new(builder.Build(), key);
        await node.Driver.StartAsync();
        node._reading = node.ReadAsync();
        return node;
    }

    /// <summary>The next block this node delivers.</summary>
    public async Task<BlockReceived> NextBlockAsync()
    {
        using CancellationTokenSource guard = new(JsPeer.Patience);
        return await _blocks.Reader.ReadAsync(guard.Token);
    }

    /// <summary>Blocks delivered and not yet taken by <see cref="NextBlockAsync"/>.</summary>
    public int Waiting => _blocks.Reader.Count;

    public async Task<int> MeshDegreeAsync(string topic) =>
        (await Driver.GetSnapshotAsync()).Mesh.TryGetValue(topic, out IReadOnlyList<PeerId>? mesh) ? mesh.Count : 0;

    public Task WaitForMeshAsync(string topic, int peers = 1) =>
        Until.TrueAsync(async () => await MeshDegreeAsync(topic) >= peers, JsPeer.Patience);

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        if (_reading is not null)
        {
            await _reading;
        }

        _key.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (GossipEvent next in Driver.Events)
        {
            if (next is BlockReceived block)
            {
                _blocks.Writer.TryWrite(block);
            }
        }
    }
}
