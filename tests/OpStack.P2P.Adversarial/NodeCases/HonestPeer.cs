using OpStack.Libp2p;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Adversarial.NodeCases.Victim;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Adversarial.NodeCases;

/// <summary>The sequencer: a peer of the victim's that publishes a signed block per interval, whatever else goes on.</summary>
internal sealed class HonestPeer : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly Multiaddr AnyPort = Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    private readonly KeyPair _key = KeyPair.GenerateSecp256k1();
    private readonly Secp256k1PrivateKey _sequencer = TestBlocks.NewSequencerKey();
    private readonly GossipDriver _driver;
    private ulong _height = 1_000_000;

    private HonestPeer() => _driver = new GossipDriverBuilder(HonestBlocks.Chain, TestBlocks.Sequencer, AnyPort, _key).Build();

    /// <summary>Connects, and waits until it has the victim in its mesh and the victim it.</summary>
    public static async Task<HonestPeer> JoinAsync(VictimProcess victim)
    {
        HonestPeer peer = new();
        try
        {
            await peer._driver.StartAsync();
            await peer._driver.DialAsync(victim.Address).AsTask().WaitAsync(VictimProcess.Guard);
            await Until.TrueAsync(peer.IsMeshedAsync, VictimProcess.Guard);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects and is gone again: how long it took to be connected, null if it was refused.</summary>
    public static async Task<TimeSpan?> TryConnectAsync(VictimProcess victim)
    {
        await using HonestPeer peer = new();
        await peer._driver.StartAsync();
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            await peer._driver.DialAsync(victim.Address);
            return System.Diagnostics.Stopwatch.GetElapsedTime(began);
        }
        catch (Libp2pException)
        {
            return null;
        }
    }

    /// <summary>Publishes blocks of about <paramref name="size"/> bytes until <paramref name="stop"/>, and returns how many.</summary>
    public async Task<long> PublishAsync(int size, CancellationToken stop)
    {
        long published = 0;
        using PeriodicTimer timer = new(Interval);
        while (!stop.IsCancellationRequested)
        {
            published += await HonestBlocks.TryPublishAsync(_driver, HonestBlocks.Create(++_height, size, _sequencer, DateTimeOffset.UtcNow)) ? 1 : 0;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return published;
    }

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        _sequencer.Dispose();
        _key.Dispose();
    }

    private async Task<bool> IsMeshedAsync() => (await _driver.GetSnapshotAsync()).Mesh.TryGetValue(HonestBlocks.Topic, out IReadOnlyList<PeerId>? mesh) && mesh.Count > 0;
}
