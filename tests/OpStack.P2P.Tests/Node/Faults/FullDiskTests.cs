using OpStack.P2P.Peers.Storage;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.P2P.Tests.Peers;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Node.Faults;

/// <summary>
/// A disk without room for anything a node keeps: peers, lists and bans, boot store, key (issue 9; attack-cases.md rows 33 and 58). The refusal is the
/// kernel's: /dev/full takes no byte.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Full = FullDiskFactAttribute.Full;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("full");
    private readonly string[] _stores;

    public FullDiskTests() => _stores = [PathOf("peers.json"), PathOf("gater.json"), PathOf("bootstore.json")];

    public void Dispose() => _directory.Delete(recursive: true);

    [FullDiskFact]
    [Trait("Row", "58")]
    [Trait("Row", "33")]
    public async Task A_node_with_a_full_disk_keeps_its_old_files_and_goes_on_and_writes_when_there_is_room_again()
    {
        using FakeSigner signer = new();
        await using TestNetwork first = await TestNetwork.StartAsync(), sequencer = await TestNetwork.StartAsync(config => config with { Signer = signer });
        await (await StartAsync(first)).DisposeAsync(); // With room for everything.
        Dictionary<string, byte[]> before = _stores.ToDictionary(store => store, File.ReadAllBytes);

        FillDisk();
        TestNetwork us = await StartAsync(sequencer);
        us.Gossip.Gater.BlockPeer(TestPeers.Of(4));
        await Until.TrueAsync(() => !Path.Exists(_stores[1] + ".tmp")); // A list is written as soon as it changes.
        FillDisk();
        await sequencer.Handler.PublishAsync(DriverNode.Block(1));
        Assert.Equal(1UL, (await us.NextBlockAsync()).Payload.BlockNumber);
        await us.DisposeAsync(); // The rest is written now.
        Assert.All(_stores, store => Assert.Equal(before[store], File.ReadAllBytes(store)));
        Assert.All(_stores, store => Assert.False(Path.Exists(store + ".tmp")));

        await using TestNetwork again = await StartAsync(sequencer);
        again.Gossip.Gater.BlockPeer(TestPeers.Of(5));
        await Until.TrueAsync(() => !before[_stores[1]].AsSpan().SequenceEqual(File.ReadAllBytes(_stores[1])));
        Assert.Equal([TestPeers.Of(5)], again.Gossip.Gater.ListBlockedPeers());
    }

    [Fact]
    public void A_key_that_has_no_room_is_an_error_and_leaves_no_file()
    {
        if (!File.Exists(Full))
        {
            return;
        }

        string path = PathOf("p2p_priv.txt");
        SigningException e = Assert.Throws<SigningException>(() => KeyFile.LoadOrCreate(path, (_, options) => new FileStream(
            Full, new FileStreamOptions { Mode = FileMode.Open, Access = options.Access, BufferSize = options.BufferSize })));
        Assert.Equal(SigningError.BadKeyFile, e.Error);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Empty(_directory.GetFileSystemInfos());

        // One that was made before is not touched.
        using Secp256k1PrivateKey key = KeyFile.LoadOrCreate(path);
        using Secp256k1PrivateKey read = KeyFile.LoadOrCreate(path, (_, _) => throw new IOException("never asked for"));
        Assert.Equal(key.PublicKey, read.PublicKey);
    }

    /// <summary>A node that knows the other one and is meshed with it. It saves when a list changes, and at its end.</summary>
    private async Task<TestNetwork> StartAsync(TestNetwork other)
    {
        TestNetwork network = await TestNetwork.StartAsync(other.Enr, config => config with
        {
            PeerStore = new PeerStoreOptions { Directory = _directory.FullName, SaveInterval = TimeSpan.FromDays(1) },
            BootStorePath = PathOf("bootstore.json"),
        });
        await network.MeshedAsync(other);
        await Until.TrueAsync(async () => (await network.Handler.Discovery!.GetTableInfosAsync()).Any(entry => entry.IsLive));
        return network;
    }

    /// <summary>The next file beside each store has no room.</summary>
    private void FillDisk()
    {
        foreach (string store in _stores.Where(store => !Path.Exists(store + ".tmp")))
        {
            File.CreateSymbolicLink(store + ".tmp", Full);
        }
    }

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);
}
