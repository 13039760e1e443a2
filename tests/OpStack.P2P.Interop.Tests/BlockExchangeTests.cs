using System.Text.Json.Nodes;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Interop.Tests;

/// <summary>Signed blocks between a node of ours and js-libp2p, whose block codec is its own (js/envelope.mjs).</summary>
public sealed class BlockExchangeTests
{
    private const string KeyHex = BlockPair.KeyHex;

    public static TheoryData<Dialler, PayloadVersion> DiallersAndVersions
    {
        get
        {
            TheoryData<Dialler, PayloadVersion> all = [];
            foreach (Dialler dialler in Enum.GetValues<Dialler>())
            {
                Array.ForEach(Enum.GetValues<PayloadVersion>(), version => all.Add(dialler, version));
            }

            return all;
        }
    }

    public static TheoryData<PayloadVersion> Versions => [.. Enum.GetValues<PayloadVersion>()];

    [InteropTheory]
    [MemberData(nameof(DiallersAndVersions))]
    public async Task Blocks_of_1KB_100KB_and_1MB_travel_both_ways(Dialler dialler, PayloadVersion version) =>
        await ExchangeAsync(dialler, version, [1_000, 100_000, 1_000_000]);

    [InteropTheory]
    [MemberData(nameof(Versions))]
    public async Task A_block_of_8MB_travels_both_ways(PayloadVersion version) =>
        await ExchangeAsync((int)version % 2 == 0 ? Dialler.Ours : Dialler.Js, version, [8_000_000]);

    [InteropFact]
    public async Task A_thousand_blocks_of_ours_reach_js_and_none_is_lost()
    {
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Ours, PayloadVersion.V4, jsOptions: new { quiet = true });
        for (int i = 1; i <= 1_000; i++)
        {
            await pair.Ours.Driver.PublishAsync(pair.Block(i, 1_000));
            if (i % 100 == 0)
            {
                await Until.TrueAsync(async () => (int)(await pair.Js.CallAsync("received"))!["count"]! >= i, JsPeer.Patience);
            }
        }

        JsonNode received = (await pair.Js.CallAsync("received"))!;
        Assert.Equal(1_000, (int)received["count"]!);
        Assert.Equal(1_000, (int)received["verdicts"]!["accept"]!);
    }

    [InteropFact]
    public async Task A_thousand_blocks_of_js_reach_us_and_none_is_lost()
    {
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Js, PayloadVersion.V4);
        HashSet<ulong> heights = [];
        while (heights.Count < 1_000)
        {
            // By fifties: js gossipsub drops what its socket cannot take, and a driver's queue holds 64 blocks.
            int first = heights.Count + 1;
            Task publishing = pair.Js.CallAsync("publishMany", new { version = 4, first, count = 50, size = 1_000, keyHex = KeyHex });
            for (int i = 0; i < 50; i++)
            {
                Assert.True(heights.Add((await pair.Ours.NextBlockAsync()).Envelope.Payload.BlockNumber));
            }

            await publishing;
        }

        Assert.Equal(1_000UL, heights.Max());
    }

    [InteropFact]
    public async Task A_block_that_js_missed_is_recovered_by_IHAVE_and_IWANT()
    {
        // A mesh degree of 0 makes js refuse every GRAFT: blocks can reach it by gossip only.
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Ours, PayloadVersion.V3, NoMesh, waitForMesh: false);
        await Until.TrueAsync(async () => (await pair.Js.CallAsync("subscribers", new { topic = pair.Topic }))!["peers"]!.AsArray().Count == 1);
        OpNetworkPayloadEnvelope block = pair.Block(7, 100_000);
        await Until.TrueAsync(async () => await pair.Ours.MeshDegreeAsync(pair.Topic) == 0);
        await pair.Ours.Driver.PublishAsync(block);

        JsonNode received = await pair.Js.NextEventAsync("block");
        Assert.Equal("accept", (string)received["verdict"]!);
        Assert.Equal(block.Payload.BlockHash, Hash256.Parse((string)received["blockHash"]!));
        Assert.Empty((await pair.Js.CallAsync("mesh", new { topic = pair.Topic }))!["peers"]!.AsArray());
        Assert.Equal(1, (await pair.Ours.Driver.GetSnapshotAsync()).Counters.MessagesGiven);
    }

    [InteropFact]
    public async Task A_block_that_we_missed_is_recovered_by_IHAVE_and_IWANT()
    {
        // Published before anyone is connected: the block can come only from the history that js advertises afterwards.
        await using BlockPair pair = await BlockPair.StartAsync(PayloadVersion.V3, NoMesh);
        JsonNode published = (await pair.Js.CallAsync("publishBlock", new { version = 3, number = 9, size = 100_000, keyHex = KeyHex }))!;
        Assert.Empty(published["recipients"]!.AsArray());
        await pair.DialAsync(Dialler.Js);

        BlockReceived received = await pair.Ours.NextBlockAsync();
        Assert.Equal(Hash256.Parse((string)published["blockHash"]!), received.Envelope.Payload.BlockHash);
        Assert.Equal(1, (await pair.Ours.Driver.GetSnapshotAsync()).Counters.IdsAsked);
    }

    [InteropFact]
    public async Task A_bad_block_of_js_is_not_delivered_and_the_good_one_after_it_is()
    {
        // Scores are off: this is about verdicts, and with them one bad block would end it (ScoringInteropTests).
        await using BlockPair pair = await BlockPair.ConnectAsync(
            Dialler.Js, PayloadVersion.V4, scoring: new PeerScoreOptions { Level = PeerScoreLevel.Off });
        string otherKey = new('4', 64);
        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 1, size = 1_000, keyHex = otherKey });
        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 2, size = 1_000, keyHex = KeyHex, corrupt = "blockHash" });
        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 3, size = 1_000, keyHex = KeyHex, timestamp = 1_700_000_000 });
        await pair.Js.CallAsync("publishBlock", new { version = 3, topicVersion = 4, number = 4, size = 1_000, keyHex = KeyHex });
        await pair.Js.CallAsync("publishData", new { topic = pair.Topic, dataHex = "ffffffff0f0041" }); // Declares 2^32 - 1 bytes.
        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 5, size = 1_000, keyHex = KeyHex });

        Assert.Equal(5UL, (await pair.Ours.NextBlockAsync()).Envelope.Payload.BlockNumber);
        await Until.TrueAsync(async () => (await pair.Ours.Driver.GetSnapshotAsync()).Counters.Rejected == 5, JsPeer.Patience);
        Assert.Equal(0, pair.Ours.Waiting);
        Assert.Single(pair.Ours.Driver.ConnectedPeers);
    }

    /// <summary>The parameters with which js keeps nobody in its mesh.</summary>
    private static object NoMesh => new { mesh = new { d = 0, dlo = 0, dhi = 0, dout = 0 }, gossip = new { mcacheGossip = 10 } };

    private static async Task ExchangeAsync(Dialler dialler, PayloadVersion version, int[] sizes)
    {
        await using BlockPair pair = await BlockPair.ConnectAsync(dialler, version);
        int number = 0;
        foreach (int size in sizes)
        {
            OpNetworkPayloadEnvelope ours = pair.Block(++number, size);
            string messageId = (await pair.Ours.Driver.PublishAsync(ours)).ToString();
            JsonNode atJs = await pair.Js.NextEventAsync("block");
            Assert.Equal("accept", (string)atJs["verdict"]!);
            Assert.Equal(ours.Payload.BlockHash, Hash256.Parse((string)atJs["blockHash"]!));
            Assert.Equal(messageId, (string)atJs["messageId"]!);
            Assert.InRange((int)atJs["size"]!, size - 64, size + 64);

            JsonNode theirs = (await pair.Js.CallAsync("publishBlock", new { version = (int)version, number = ++number, size, keyHex = KeyHex }))!;
            BlockReceived atUs = await pair.Ours.NextBlockAsync();
            Assert.Equal(Hash256.Parse((string)theirs["blockHash"]!), atUs.Envelope.Payload.BlockHash);
            Assert.Equal(version, atUs.Envelope.Version);
            Assert.Equal((string)theirs["topic"]!, atUs.Topic);
            Assert.Equal(pair.Js.PeerId, atUs.Source.ToString());
            Assert.Equal((ulong)number, atUs.Envelope.Payload.BlockNumber);
        }
    }
}
