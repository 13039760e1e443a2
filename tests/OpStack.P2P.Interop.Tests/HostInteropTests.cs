using System.Text.Json.Nodes;
using OpStack.Libp2p.Identify;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Interop.Tests;

/// <summary>Identify and ping between our host and js-libp2p's, with every identity key type either side has.</summary>
public sealed class HostInteropTests
{
    private const ulong ChainId = 901;

    [InteropTheory]
    [InlineData(KeyType.Secp256k1, "secp256k1", true)]
    [InlineData(KeyType.Secp256k1, "Ed25519", false)]
    [InlineData(KeyType.Ed25519, "secp256k1", false)]
    [InlineData(KeyType.Ed25519, "RSA", true)]
    [InlineData(KeyType.Secp256k1, "RSA", false)]
    public async Task Identify_and_ping_work_both_ways(KeyType ourKey, string theirKey, bool weDial)
    {
        await using OurNode ours = await OurNode.StartAsync(TestChains.At(ChainId, PayloadVersion.V4), default(Address), keyType: ourKey);
        await using JsPeer js = await JsPeer.StartAsync(new { chainId = ChainId, keyType = theirKey });
        Multiaddr jsAddress = Multiaddr.Parse(js.Address);
        if (weDial)
        {
            await ours.Driver.DialAsync(jsAddress);
        }
        else
        {
            await js.CallAsync("dial", new { addr = ours.Address });
        }

        PeerId jsId = jsAddress.PeerId!;
        await Until.TrueAsync(() => ours.Driver.GetIdentifyInfo(jsId) is not null, JsPeer.Patience);
        IdentifyInfo theirs = ours.Driver.GetIdentifyInfo(jsId)!;
        Assert.Equal("js-foreign-peer", theirs.AgentVersion);
        Assert.Contains("/meshsub/1.1.0", theirs.Protocols);
        Assert.Contains(jsAddress.WithoutPeerId(), theirs.ListenAddresses);

        string ourId = ours.Driver.LocalPeerId.ToString();
        JsonNode seen = (await js.CallAsync("identify", new { peer = ourId }))!;
        Assert.Equal(ourId, (string)seen["peerId"]!);
        Assert.Equal("opstack-p2p", (string)seen["agentVersion"]!);
        Assert.True((bool)seen["signedPeerRecord"]!);
        string[] protocols = [.. seen["protocols"]!.AsArray().Select(p => (string)p!)];
        foreach (string protocol in new[] { "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/meshsub/1.0.0", "/meshsub/1.1.0", "/meshsub/1.2.0" })
        {
            Assert.Contains(protocol, protocols);
        }

        Assert.Contains(ours.Driver.ListenAddresses[0].ToString(), seen["listenAddrs"]!.AsArray().Select(a => (string)a!));

        JsonNode ping = (await js.CallAsync("ping", new { peer = ourId, times = 3 }))!;
        Assert.Equal(3, ping["rtts"]!.AsArray().Count);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await ours.Driver.PingAsync(jsId) > TimeSpan.Zero);
        }
    }

    [InteropFact]
    public async Task Js_under_another_identity_than_the_dialled_one_is_refused()
    {
        await using OurNode ours = await OurNode.StartAsync(TestChains.At(ChainId, PayloadVersion.V4), default(Address));
        await using JsPeer js = await JsPeer.StartAsync(new { chainId = ChainId });
        using KeyPair other = KeyPair.GenerateSecp256k1();

        Libp2p.Libp2pException e = await Assert.ThrowsAsync<Libp2p.Libp2pException>(
            async () => await ours.Driver.DialAsync(Multiaddr.Parse(js.Address).WithPeerId(other.PeerId)));

        Assert.Equal(Libp2p.Libp2pError.PeerIdMismatch, e.Error);
        Assert.Empty(ours.Driver.ConnectedPeers);
    }
}
