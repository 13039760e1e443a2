using System.Text.Json;
using System.Text.Json.Nodes;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Encoding;

namespace OpStack.P2P.Interop.Tests;

/// <summary>The block message captured from OP Sepolia (vectors/live-op-sepolia-v3.json) in a network of two of our nodes and a js node.</summary>
public sealed class LiveMessageTests
{
    [InteropFact]
    public async Task It_travels_between_two_of_ours_and_js_and_no_flipped_bit_does()
    {
        using JsonDocument vector = Vectors.Json("live-op-sepolia-v3.json");
        byte[] message = Hex.Decode(vector.RootElement.GetProperty("decompressed").GetString()!);
        Assert.True(ChainRegistry.TryGet(11155420, out RegisteredChain? chain));
        Address signer = chain.UnsafeBlockSigner!.Value;
        Assert.True(OpNetworkPayloadEnvelope.TryDecode(PayloadVersion.V3, message, out OpNetworkPayloadEnvelope? envelope, out _));
        ShiftedTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds((long)envelope.Payload.Timestamp));

        // first - second - js: what js gets was forwarded by our second node.
        // Scores are off: with them the first flipped bit would end it (ScoringInteropTests).
        PeerScoreOptions unscored = new() { Level = PeerScoreLevel.Off };
        await using OurNode first = await OurNode.StartAsync(chain.Config, signer, time: clock, scoring: unscored);
        await using OurNode second = await OurNode.StartAsync(chain.Config, signer, time: clock, scoring: unscored);
        await using JsPeer js = await JsPeer.StartAsync(new { chainId = 11155420, signer = signer.ToString() });
        string topic = new BlockTopics(11155420)[PayloadVersion.V3];
        await first.Driver.DialAsync(Multiaddr.Parse(second.Address));
        await second.Driver.DialAsync(Multiaddr.Parse(js.Address));
        await second.WaitForMeshAsync(topic, 2);
        await first.WaitForMeshAsync(topic);

        await first.Driver.PublishAsync(envelope);
        BlockReceived atSecond = await second.NextBlockAsync();
        Assert.Equal(envelope.Payload.BlockHash, atSecond.Envelope.Payload.BlockHash);
        JsonNode atJs = await js.NextEventAsync("block");
        Assert.Equal("accept", (string)atJs["verdict"]!);
        Assert.Equal(9_427_873, (int)atJs["number"]!);
        Assert.Equal(second.Driver.LocalPeerId.ToString(), (string)atJs["from"]!);

        // Over the wire: js, which has the good one, sends what it would refuse itself. 17 bits, all over the message.
        int sent = 0;
        for (int i = 0; i < message.Length; i += 100)
        {
            byte[] flipped = [.. message];
            flipped[i] ^= (byte)(1 << (i / 100 % 8));
            await js.CallAsync("publishData", new { topic, dataHex = Hex.Encode(SnappyBlock.Encode(flipped)) });
            sent++;
        }

        await Until.TrueAsync(async () => (await second.Driver.GetSnapshotAsync()).Counters.Rejected == sent, JsPeer.Patience);
        Assert.Equal((0, 0), (second.Waiting, first.Waiting));

        // One bit of every byte at js; the same at ours is LiveBlockTests' business.
        for (int i = 0; i < message.Length; i++)
        {
            byte[] flipped = [.. message];
            flipped[i] ^= (byte)(1 << (i % 8));
            JsonNode verdict = (await js.CallAsync("check", new { version = 3, dataHex = Hex.Encode(SnappyBlock.Encode(flipped)) }))!;
            Assert.Equal("reject", (string)verdict["verdict"]!);
        }
    }
}
