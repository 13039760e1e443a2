using System.Text.Json.Nodes;
using OpStack.Libp2p.Gossipsub;
using OpStack.Libp2p.Gossipsub.Scoring;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Interop.Tests;

/// <summary>Mesh control and scores between a node of ours and js-libp2p gossipsub, both of which score the other.</summary>
public sealed class ScoringInteropTests
{
    private static readonly string Topic = new BlockTopics(BlockPair.ChainId)[PayloadVersion.V4];

    // Short, so that a test sees it end.
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(4);

    private static object Scored => new { scoring = new { topics = new[] { Topic } }, gossip = new { floodPublish = true, pruneBackoff = (int)Backoff.TotalMilliseconds } };

    private static GossipsubOptions ShortBackoff => new() { PruneBackoff = Backoff, GraftFloodThreshold = TimeSpan.FromSeconds(1) };

    [InteropFact]
    public async Task A_js_peer_that_sends_an_invalid_block_is_graylisted_and_ignored()
    {
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Js, PayloadVersion.V4, Scored);
        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 1, size = 1_000, keyHex = BlockPair.KeyHex });
        Assert.Equal(1UL, (await pair.Ours.NextBlockAsync()).Envelope.Payload.BlockNumber);

        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 2, size = 1_000, keyHex = BlockPair.KeyHex, corrupt = "blockHash" });
        await Until.TrueAsync(async () => (await ScoreOfJsAsync(pair)).Total < PeerScoreOptions.LightThresholds.Graylist, JsPeer.Patience);
        Assert.Equal(1, (await ScoreOfJsAsync(pair)).Topics.Single(t => t.Topic == Topic).Terms.Single(t => t.Name == "P4").Value, 1);

        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 3, size = 1_000, keyHex = BlockPair.KeyHex });
        await Until.TrueAsync(() => pair.Ours.Driver.Statistics.MessagesGraylisted == 1, JsPeer.Patience);
        Assert.Equal(0, pair.Ours.Waiting);
        await Until.TrueAsync(async () => await pair.Ours.MeshDegreeAsync(Topic) == 0, JsPeer.Patience);
    }

    [InteropFact]
    public async Task Js_honours_the_backoff_of_our_PRUNE()
    {
        double opinion = 0;
        PeerScoreOptions scoring = new() { ApplicationScore = _ => Volatile.Read(ref opinion) };
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Js, PayloadVersion.V4, Scored, options: ShortBackoff, scoring: scoring);

        Volatile.Write(ref opinion, -1);
        await Until.TrueAsync(async () => (int)(await ControlOfJsAsync(pair))["in"]!["prune"]! > 0, JsPeer.Patience);
        Assert.Equal((int)Backoff.TotalSeconds, (int)(await ControlOfJsAsync(pair))["in"]!["backoff"]!);
        Volatile.Write(ref opinion, 0);

        await pair.Ours.WaitForMeshAsync(Topic);
        Assert.Equal(0, (await pair.Ours.Driver.GetSnapshotAsync()).Counters.GraftsInBackoff);
        Assert.Equal(0, (await ScoreOfJsAsync(pair)).Terms.Single(t => t.Name == "P7").Counter);
    }

    [InteropFact]
    public async Task We_honour_the_backoff_of_a_PRUNE_of_js()
    {
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Ours, PayloadVersion.V4, Scored, options: ShortBackoff);
        string us = pair.Ours.Driver.LocalPeerId.ToString();

        await pair.Js.CallAsync("score", new { peer = us, app = -1 });
        await Until.TrueAsync(async () => await pair.Ours.MeshDegreeAsync(Topic) == 0, JsPeer.Patience);
        await pair.Js.CallAsync("score", new { peer = us, app = 0 });

        await Until.TrueAsync(async () => (await pair.Js.CallAsync("mesh", new { topic = Topic }))!["peers"]!.AsArray().Count == 1, JsPeer.Patience);
        JsonNode score = (await pair.Js.CallAsync("score", new { peer = us }))!;
        Assert.Equal(0, (double)score["behaviourPenalty"]!);
        Assert.Equal(0, (double)score["score"]!);
    }

    [InteropFact]
    public async Task IDONTWANT_for_a_block_of_1MB_goes_both_ways()
    {
        // A triangle: who has the block tells the third.
        await using BlockPair pair = await BlockPair.ConnectAsync(Dialler.Ours, PayloadVersion.V4, Scored);
        await using JsPeer second = await pair.StartAnotherJsAsync(Scored);
        await second.CallAsync("dial", new { addr = pair.Ours.Address });
        await second.CallAsync("dial", new { addr = pair.Js.Address });
        await pair.Ours.WaitForMeshAsync(Topic, 2);
        foreach (JsPeer js in (JsPeer[])[pair.Js, second])
        {
            await Until.TrueAsync(async () => (await js.CallAsync("mesh", new { topic = Topic }))!["peers"]!.AsArray().Count == 2, JsPeer.Patience);
        }

        await pair.Js.CallAsync("publishBlock", new { version = 4, number = 1, size = 1_000_000, keyHex = BlockPair.KeyHex });
        await pair.Ours.NextBlockAsync();
        await second.NextEventAsync("block");

        await Until.TrueAsync(async () => (int)(await second.CallAsync("control"))!["in"]!["idontwant"]! > 0, JsPeer.Patience);
        await Until.TrueAsync(async () => (await pair.Ours.Driver.GetSnapshotAsync()).Counters.UnwantedIds > 0, JsPeer.Patience);
    }

    private static async Task<JsonNode> ControlOfJsAsync(BlockPair pair) => (await pair.Js.CallAsync("control"))!;

    private static async Task<PeerScoreSnapshot> ScoreOfJsAsync(BlockPair pair)
    {
        RouterSnapshot state = await pair.Ours.Driver.GetSnapshotAsync();
        return state.Scores.Single(score => score.Peer.ToString() == pair.Js.PeerId);
    }
}
