using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>A driver on loopback with an identity of its own, whose blocks are V4, and the events read from it.</summary>
internal sealed class DriverNode : IAsyncDisposable
{
    public const ulong ChainId = 901;

    /// <summary>Only a guard against a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Multiaddr AnyPort = Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    private readonly KeyPair _key;

    private DriverNode(KeyPair key, GossipDriver driver)
    {
        _key = key;
        Driver = driver;
    }

    public GossipDriver Driver { get; }

    public PeerId PeerId => Driver.LocalPeerId;

    /// <summary>With /p2p, for others to dial.</summary>
    public Multiaddr Address => Driver.ListenAddresses[0].WithPeerId(PeerId);

    public static GossipDriverBuilder Builder(KeyPair key, ulong chainId = ChainId, Address? signer = null, Multiaddr? address = null) =>
        new GossipDriverBuilder(TestChains.At(chainId, PayloadVersion.V4), signer ?? TestBlocks.Sequencer, address ?? AnyPort, key)
            .WithConfig(new GossipsubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100) });

    public static DriverNode Build(Func<GossipDriverBuilder, GossipDriverBuilder>? configure = null, ulong chainId = ChainId, Address? signer = null, Multiaddr? address = null)
    {
        KeyPair key = KeyPair.GenerateSecp256k1();
        GossipDriverBuilder builder = Builder(key, chainId, signer, address);
        return new DriverNode(key, (configure?.Invoke(builder) ?? builder).Build());
    }

    public static async Task<DriverNode> StartAsync(Func<GossipDriverBuilder, GossipDriverBuilder>? configure = null, ulong chainId = ChainId, Address? signer = null)
    {
        DriverNode node = Build(configure, chainId, signer);
        await node.Driver.StartAsync();
        return node;
    }

    /// <summary>A block of height <paramref name="number"/>, stamped with the present time.</summary>
    public static OpNetworkPayloadEnvelope Block(ulong number, byte key = 0x46, ulong chainId = ChainId, int size = 1_000)
    {
        using Secp256k1PrivateKey secret = TestBlocks.NewKey(key);
        return TestBlocks.SignedNow(PayloadVersion.V4, chainId, secret, number, size);
    }

    public static Address AddressOf(byte key)
    {
        using Secp256k1PrivateKey secret = TestBlocks.NewKey(key);
        return secret.PublicKey.ToAddress();
    }

    /// <summary>Dials, and waits until each is in the other's mesh.</summary>
    public async Task ConnectAsync(DriverNode other, ulong chainId = ChainId)
    {
        await Driver.DialAsync(other.Address).AsTask().WaitAsync(Patience);
        await Until.TrueAsync(async () => await HasInMeshAsync(other, chainId) && await other.HasInMeshAsync(this, chainId), Patience);
    }

    public async Task<bool> HasInMeshAsync(DriverNode other, ulong chainId = ChainId) =>
        (await Driver.GetSnapshotAsync()).Mesh.TryGetValue(Topic(chainId), out IReadOnlyList<PeerId>? mesh) && mesh.Contains(other.PeerId);

    public static string Topic(ulong chainId = ChainId) => new BlockTopics(chainId)[PayloadVersion.V4];

    public async Task<RouterCounters> CountersAsync() => (await Driver.GetSnapshotAsync()).Counters;

    /// <summary>The next event; null at the end.</summary>
    public async Task<GossipEvent?> NextAsync() => await Driver.NextAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next event of a kind; others before it are passed over.</summary>
    public async Task<T> NextAsync<T>()
        where T : GossipEvent
    {
        while (true)
        {
            GossipEvent next = await NextAsync() ?? throw new InvalidOperationException($"The events ended before a {typeof(T).Name}.");
            if (next is T wanted)
            {
                return wanted;
            }
        }
    }

    public async Task<ulong> NextHeightAsync() => (await NextAsync<BlockReceived>()).Envelope.Payload.BlockNumber;

    /// <summary>What is left in the queue of a driver that is disposed.</summary>
    public async Task<List<GossipEvent>> DrainAsync()
    {
        List<GossipEvent> rest = [];
        while (await NextAsync() is { } next)
        {
            rest.Add(next);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync().AsTask().WaitAsync(Patience);
        _key.Dispose();
    }
}
