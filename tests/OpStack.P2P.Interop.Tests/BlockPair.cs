using System.Text.Json.Nodes;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Interop.Tests;

public enum Dialler
{
    Ours,
    Js,
}

/// <summary>A node of ours and a js node, connected and in each other's mesh.</summary>
internal sealed class BlockPair : IAsyncDisposable
{
    public const ulong ChainId = 901;
    public const string KeyHex = "4646464646464646464646464646464646464646464646464646464646464646";

    private readonly Secp256k1PrivateKey _key = TestBlocks.NewKey(0x46);

    private BlockPair(OurNode ours, JsPeer js, PayloadVersion version)
    {
        Ours = ours;
        Js = js;
        Version = version;
    }

    public OurNode Ours { get; }

    public JsPeer Js { get; }

    public PayloadVersion Version { get; }

    public string Topic => new BlockTopics(ChainId)[Version];

    public static async Task<BlockPair> ConnectAsync(
        Dialler dialler,
        PayloadVersion version,
        object? jsOptions = null,
        bool waitForMesh = true,
        GossipsubOptions? options = null,
        PeerScoreOptions? scoring = null)
    {
        BlockPair pair = await StartAsync(version, jsOptions, options, scoring);
        await pair.DialAsync(dialler);
        if (waitForMesh)
        {
            await pair.Ours.WaitForMeshAsync(pair.Topic);
            await Until.TrueAsync(async () => (await pair.Js.CallAsync("mesh", new { topic = pair.Topic }))!["peers"]!.AsArray().Count == 1, JsPeer.Patience);
        }

        return pair;
    }

    /// <summary>Both nodes, not connected yet.</summary>
    public static async Task<BlockPair> StartAsync(
        PayloadVersion version, object? jsOptions = null, GossipsubOptions? options = null, PeerScoreOptions? scoring = null)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewKey(0x46);
        Address signer = key.PublicKey.ToAddress();
        OurNode ours = await OurNode.StartAsync(TestChains.At(ChainId, version), signer, options, scoring: scoring);
        return new BlockPair(ours, await StartJsAsync(signer, jsOptions), version);
    }

    /// <summary>One more js node for the same chain and sequencer.</summary>
    public Task<JsPeer> StartAnotherJsAsync(object? jsOptions) => StartJsAsync(_key.PublicKey.ToAddress(), jsOptions);

    public async Task DialAsync(Dialler dialler)
    {
        if (dialler == Dialler.Ours)
        {
            await Ours.Driver.DialAsync(Libp2p.Multiformats.Multiaddr.Parse(Js.Address));
            return;
        }

        JsonNode dialled = (await Js.CallAsync("dial", new { addr = Ours.Address }))!;
        Assert.Equal(Ours.Driver.LocalPeerId.ToString(), (string)dialled["peerId"]!);
        Assert.Equal("/yamux/1.0.0", (string)dialled["multiplexer"]!);
        Assert.Equal("/noise", (string)dialled["encryption"]!);
    }

    /// <summary>A signed block of about <paramref name="size"/> decompressed bytes, stamped with the present time.</summary>
    public OpNetworkPayloadEnvelope Block(int number, int size) => TestBlocks.SignedNow(Version, ChainId, _key, (ulong)number, size);

    public async ValueTask DisposeAsync()
    {
        await Js.DisposeAsync();
        await Ours.DisposeAsync();
        _key.Dispose();
    }

    private static Task<JsPeer> StartJsAsync(Address signer, object? jsOptions)
    {
        JsonObject options = System.Text.Json.JsonSerializer.SerializeToNode(jsOptions ?? new { })!.AsObject();
        options["chainId"] = ChainId;
        options["signer"] = signer.ToString();
        return JsPeer.StartAsync(options);
    }
}
