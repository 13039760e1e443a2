using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Sync;

/// <summary>
/// A hostile peer and an honest one, over loopback: every kind of bad input costs the hostile one score, and the honest one finishes the range.
/// </summary>
public sealed class SyncBadInputTests
{
    private static readonly SyncChain Chain = new(0, 30, size: 1_000);
    private static readonly SyncChain OtherChain = new(0, 30, salt: 1, size: 1_000);

    private static readonly Dictionary<string, Func<ulong, byte[]>> Answers = new()
    {
        ["another height"] = number => SyncWire.Answer(Chain[number - 1]),
        ["a hash that is not the block's"] = number =>
            SyncWire.Answer(TestBlocks.Envelope(Chain[number].Payload with { BlockHash = Hash256.Parse(new string('9', 64)) })),
        ["a version that does not exist"] = number => SyncWire.Answer(7, Chain[number].Body.Span),
        ["the version of a fork before"] = number => SyncWire.Answer(0, Chain[number].Body.Span),
        ["a layout of a fork before"] = number => SyncWire.Answer(SyncChain.Build(TestChains.At(SyncChain.ChainId, PayloadVersion.V3), number, default)),
        ["a code that does not exist"] = _ => [9],
        ["invalid request"] = _ => [2],
        ["unknown error"] = _ => [3],
        ["nothing"] = _ => [],
        ["a code and no more"] = _ => [0],
        ["a truncated frame"] = number => SyncWire.Answer(Chain[number])[..^1],
        ["half a frame header"] = number => SyncWire.Answer(Chain[number])[..17],
        ["a wrong checksum"] = number =>
        {
            byte[] answer = SyncWire.Answer(Chain[number]);
            answer[20] ^= 1;
            return answer;
        },
        ["no snappy"] = number => [0, 1, 0, 0, 0, .. Chain[number].Body.Span],
        ["16 MiB declared for a chunk"] = _ => [0, 1, 0, 0, 0, .. SyncWire.Frames([]), 0x00, 0xff, 0xff, 0xff, 1, 2, 3],
        ["a bomb of 10 MiB and 64 KiB"] = _ => SyncWire.Answer(1, new byte[(10 << 20) + 65_536]),
        ["a bomb inside a chunk"] = _ =>
            [0, 1, 0, 0, 0, .. SyncWire.Frames([]), .. SyncWire.Chunk(0, [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xfe, 1, 0])],
        ["more than 10 MiB of padding"] = _ =>
            [0, 1, 0, 0, 0, .. SyncWire.Frames([]), .. Enumerable.Repeat(SyncWire.Chunk(0xfe, new byte[1 << 20]), 11).SelectMany(chunk => chunk)],
        ["a block of another chain"] = number => SyncWire.Answer(OtherChain[number]),
    };

    public static TheoryData<string> Kinds => [.. Answers.Keys];

    [Trait("Attack", "sync-bad-input")]
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_bad_answer_costs_its_peer_score_and_the_range_is_finished(string kind)
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost hostile = await rig.AddAsync(server => server.ServeBytes(Chain.Config, Answers[kind]));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        // A long answer may be judged only after the range has been finished without it.
        await rig.AdvanceUntilAsync(() => rig.Scores.ScoreOf(hostile.Id) < 0);
        double score = rig.Scores.ScoreOf(hostile.Id);
        bool isLie = kind == "a block of another chain";
        Assert.True(isLie ? score < -9 : score is < 0 and >= -9, $"{score}");
        Assert.Equal(isLie, rig.Client.Statistics.Rejected > 0);
        Assert.Equal(!isLie, rig.Client.Statistics.Errors > 0);
    }

    [Trait("Attack", "sync-bad-input")]
    [Fact]
    public async Task Not_found_costs_nothing_and_another_is_asked()
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost other = await rig.AddAsync(server => server.ServeBytes(Chain.Config, _ => [1]));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        Assert.Equal(0, rig.Scores.ScoreOf(other.Id));
        Assert.InRange(rig.Client.Statistics.NotFound, 1, 19);
    }

    [Trait("Attack", "sync-own-fault")]
    [Fact]
    public async Task Who_says_that_our_host_asked_for_what_cannot_be_is_right_and_pays_nothing()
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost honest = await rig.AddHonestAsync();

        SyncRangeResult result = await rig.RunAsync(new SyncRange(9_000_000_000, 9_000_000_002, default)); // In some hundred years.

        Assert.Equal(new SyncRangeResult(SyncOutcome.NotFound, 0, 9_000_000_002), result);
        Assert.Equal((0, 0), (rig.Scores.ScoreOf(honest.Id), rig.Client.Statistics.Errors));
        await AssertFinishedAsync(rig, honest);
    }

    [Trait("Attack", "sync-endless")]
    [Fact]
    public async Task An_answer_that_never_ends_is_cut_off_at_10_MiB()
    {
        long sent = 0;
        await using SyncClientRig rig = new(Chain);
        SyncHost hostile = await rig.AddAsync(server => server.ServeRaw(Chain.Config, async (_, stream, token) =>
        {
            byte[] padding = SyncWire.Chunk(0xfe, new byte[65_532]);
            await stream.Bytes.WriteAsync((byte[])[0, 1, 0, 0, 0, .. SyncWire.Frames([])], token);
            while (true)
            {
                await stream.Bytes.WriteAsync(padding, token);
                Interlocked.Add(ref sent, padding.Length);
            }
        }));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);
        await rig.AdvanceUntilAsync(() => rig.Scores.ScoreOf(hostile.Id) < 0);

        // What was under way in windows and sockets comes on top, for every request it got.
        Assert.InRange(Interlocked.Read(ref sent), 1, rig.Client.Statistics.Errors * 40L << 20);
    }

    [Trait("Attack", "sync-stall")]
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_server_that_stalls_costs_itself_score_and_nobody_the_range(int after)
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost hostile = await rig.AddAsync(server => server.ServeRaw(Chain.Config, async (number, stream, token) =>
        {
            await stream.Bytes.WriteAsync(SyncWire.Answer(Chain[number]).AsMemory(0, after), token);
            await Task.Delay(Timeout.Infinite, token);
        }));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        // Its answer is waited for beyond the range, up to the deadline of 10 s.
        await rig.AdvanceUntilAsync(() => rig.Client.Statistics.Errors > 0);
        Assert.InRange(rig.Scores.ScoreOf(hostile.Id), -2, -0.1);
    }

    [Trait("Attack", "sync-vanish")]
    [Fact]
    public async Task A_peer_that_vanishes_in_the_middle_costs_itself_score()
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost? hostile = null;
        hostile = await rig.AddAsync(server => server.ServeRaw(Chain.Config, async (number, stream, token) =>
        {
            await stream.Bytes.WriteAsync(SyncWire.Answer(Chain[number]).AsMemory(0, 100), token);
            _ = hostile!.Swarm.DisconnectAsync(stream.Peer).AsTask();
        }));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        await rig.AdvanceUntilAsync(() => rig.Client.Statistics is { Peers: 1, Errors: 1 });
        Assert.InRange(rig.Scores.ScoreOf(hostile.Id), -1, -0.1);
    }

    [Fact]
    public async Task A_peer_that_we_close_the_connection_to_in_the_middle_pays_nothing()
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost asked = await rig.AddAsync(server => server.ServeRaw(Chain.Config, async (number, stream, token) =>
        {
            await stream.Bytes.WriteAsync(SyncWire.Answer(Chain[number]).AsMemory(0, 100), token);
            _ = rig.Host.Swarm.DisconnectAsync(server.Id).AsTask();
            await Task.Delay(Timeout.Infinite, token);
        }));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        await rig.AdvanceUntilAsync(() => rig.Client.Statistics is { Peers: 1, Errors: 0 });
        Assert.Equal(0, rig.Scores.ScoreOf(asked.Id));
    }

    [Trait("Attack", "sync-vanish")]
    [Fact]
    public async Task A_peer_that_resets_its_streams_costs_itself_score()
    {
        await using SyncClientRig rig = new(Chain);
        SyncHost hostile = await rig.AddAsync(server => server.ServeRaw(Chain.Config, (_, stream, _) =>
        {
            stream.Bytes.Abort();
            return Task.CompletedTask;
        }));
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        await rig.AdvanceUntilAsync(() => rig.Scores.ScoreOf(hostile.Id) < 0);
        Assert.InRange(rig.Scores.ScoreOf(hostile.Id), -9, -0.1);
    }

    [Fact]
    public async Task Peers_without_the_protocol_are_not_asked_and_not_punished()
    {
        await using SyncClientRig rig = new(Chain);
        await using SyncHost without = new();
        await rig.Host.DialAsync(without);
        SyncHost honest = await rig.AddHonestAsync();

        await AssertFinishedAsync(rig, honest);

        Assert.Equal(0, rig.Scores.ScoreOf(without.Id));
        Assert.Equal(1, rig.Client.Statistics.Peers);
    }

    /// <summary>Blocks 19 to 1, all from the honest peer and in order.</summary>
    private static async Task AssertFinishedAsync(SyncClientRig rig, SyncHost honest)
    {
        SyncRangeResult result = await rig.RunAsync(Chain.Between(0, 20));

        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, 19, null), result);
        Assert.Equal(
            Enumerable.Range(1, 19).Reverse().Select(number => Chain[(ulong)number].Payload), rig.Blocks.Select(block => block.Envelope.Payload));
        Assert.All(rig.Blocks, block => Assert.Equal(honest.Id, block.Peer));
        Assert.True(rig.Scores.ScoreOf(honest.Id) > 0);
    }
}
