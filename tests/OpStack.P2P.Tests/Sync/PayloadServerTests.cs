using OpStack.Libp2p.Connections;
using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;

namespace OpStack.P2P.Tests.Sync;

/// <summary>The server over loopback, asked byte by byte.</summary>
public sealed class PayloadServerTests : IAsyncLifetime
{
    private static readonly SyncChain Chain = new(10, 100);
    private static readonly IReadOnlyList<string> Ids = SyncProtocol.Ids(SyncChain.ChainId);

    private readonly FakeTimeProvider _time = new();
    private readonly SyncHost _server = new();
    private readonly SyncHost _client = new();

    public static IEnumerable<object[]> Versions => TestBlocks.Versions;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_block_of_every_version_is_served_under_both_ids(PayloadVersion version)
    {
        SyncChain chain = new(10, 3, TestChains.At(SyncChain.ChainId, version), size: 150_000);
        PayloadServer server = await ServeAsync(new ChainSource(chain), chain.Config);
        foreach (string id in Ids)
        {
            byte[] answer = await AskAsync(11, id);

            Assert.Equal(SyncWire.Answer(chain[11]), answer);
            Assert.Equal(chain[11].Payload, SyncWire.Read(chain.Config, 11, answer).Envelope!.Payload);
        }

        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal(
            new PayloadServerStatistics { Served = 2, BytesSent = 2 * SyncWire.Answer(chain[11]).Length, LastServed = 11 }, server.Statistics);
    }

    [Fact]
    public async Task A_height_that_the_host_does_not_have_is_code_1()
    {
        PayloadServer server = await ServeAsync(new ChainSource(Chain));

        Assert.Equal([1], await AskAsync(110));
        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal(new PayloadServerStatistics { NotFound = 1 }, server.Statistics);
    }

    [Trait("Attack", "sync-range")]
    [Fact]
    public async Task Heights_before_genesis_and_after_what_the_clock_allows_are_code_2_and_the_host_is_not_asked()
    {
        RollupConfig config = Chain.Config with
        {
            Genesis = new RollupGenesis(default, new BlockId(default, 10), (ulong)_time.GetUtcNow().ToUnixTimeSeconds() - 100),
        };
        List<ulong> asked = [];
        PayloadServer server = await ServeAsync(
            new TestSource((number, _) =>
            {
                asked.Add(number);
                return Task.FromResult<OpNetworkPayloadEnvelope?>(null);
            }),
            config);

        foreach (ulong number in new ulong[] { 0, 9, 61, 10_000, ulong.MaxValue })
        {
            Assert.Equal([2], await AskAsync(number));
        }

        // 100 s after genesis, at 2 s each, the chain can have reached 60.
        Assert.Equal([1], await AskAsync(10));
        Assert.Equal([1], await AskAsync(60));
        Assert.Equal([10UL, 60], asked);
        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal((5, 2), (server.Statistics.InvalidRequests, server.Statistics.NotFound));
    }

    [Trait("Attack", "sync-range")]
    [Fact]
    public async Task Before_the_chain_has_begun_every_height_is_code_2()
    {
        RollupConfig config = Chain.Config with
        {
            Genesis = new RollupGenesis(default, default, (ulong)_time.GetUtcNow().ToUnixTimeSeconds() + 1),
        };
        await ServeAsync(new ChainSource(Chain), config);

        Assert.Equal([2], await AskAsync(0));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("another height")]
    [InlineData("another fork's layout")]
    public async Task What_the_host_does_wrong_is_code_3(string fault)
    {
        PayloadServer server = await ServeAsync(new TestSource((number, _) => fault switch
        {
            "throws" => throw new InvalidOperationException("the database is gone"),
            "another height" => Task.FromResult<OpNetworkPayloadEnvelope?>(Chain[number + 1]),
            _ => Task.FromResult<OpNetworkPayloadEnvelope?>(SyncChain.Build(TestChains.At(901, PayloadVersion.V3), number, default)),
        }));

        Assert.Equal([3], await AskAsync(11));
        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal(new PayloadServerStatistics { Failed = 1 }, server.Statistics);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_code_3_after_10_s()
    {
        await ServeAsync(new TestSource(async (_, _) =>
        {
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return null;
        }));
        Task<byte[]> answer = AskAsync(11);
        await WaitForTimerAsync(TimeSpan.FromSeconds(10), answer);

        Assert.Equal([3], await answer);
    }

    [Trait("Attack", "sync-slowloris")]
    [Fact]
    public async Task A_request_that_ends_early_is_code_3_and_one_that_never_comes_as_well_after_10_s()
    {
        PayloadServer server = await ServeAsync(new ChainSource(Chain));
        Assert.Equal([3], await _client.AskAsync(_server, Ids[0], [1, 2, 3, 4, 5, 6, 7]));

        ProtocolStream silent = await _client.Swarm.OpenStreamAsync(_server.Id, Ids, CancellationToken.None);
        await using (silent.Bytes)
        {
            await silent.Bytes.WriteAsync(new byte[7], CancellationToken.None);
            Task<byte[]> answer = SyncHost.ReadToEndAsync(silent.Bytes);
            await WaitForTimerAsync(TimeSpan.FromSeconds(10), answer);
            Assert.Equal([3], await answer);
        }

        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal(2, server.Statistics.Failed);
    }

    [Trait("Attack", "sync-slowloris")]
    [Fact]
    public async Task A_peer_that_does_not_take_its_block_is_given_up_after_10_s()
    {
        SyncChain large = new(10, 2, size: 2 << 20);
        PayloadServer server = await ServeAsync(new ChainSource(large));
        ProtocolStream stream = await _client.Swarm.OpenStreamAsync(_server.Id, Ids, CancellationToken.None);
        await using (stream.Bytes)
        {
            await stream.Bytes.WriteAsync(SyncProtocol.Request(11), CancellationToken.None);
            await stream.Bytes.CloseWriteAsync(CancellationToken.None);
            await stream.Bytes.ReadAsync(new byte[1], CancellationToken.None); // It has begun.
            await AdvanceUntilAsync(() => server.Statistics.Active == 0);
        }

        Assert.Equal((0, 1), (server.Statistics.Served, server.Statistics.Failed));
    }

    [Trait("Attack", "sync-slowloris")]
    [Fact]
    public async Task A_peer_that_sends_on_after_its_request_has_its_answer_and_is_cut_off_after_1_KiB()
    {
        PayloadServer server = await ServeAsync(new ChainSource(Chain));
        ProtocolStream stream = await _client.Swarm.OpenStreamAsync(_server.Id, Ids, CancellationToken.None);
        await using (stream.Bytes)
        {
            await stream.Bytes.WriteAsync(SyncProtocol.Request(11), CancellationToken.None);
            Assert.Equal(SyncWire.Answer(Chain[11]), await SyncHost.ReadToEndAsync(stream.Bytes));

            await stream.Bytes.WriteAsync(new byte[SyncLimits.MaxRequestTail], CancellationToken.None);
            await Until.TrueAsync(() => server.Statistics.Active == 0);
        }

        Assert.Equal(1, server.Statistics.Served);
    }

    [Trait("Attack", "sync-flood")]
    [Fact]
    public async Task A_peer_that_floods_gets_15_blocks_at_once_one_more_every_250_ms_and_beyond_20_s_code_3()
    {
        PayloadServer server = await ServeAsync(new ChainSource(Chain));
        Task<byte[]>[] answers = [.. Enumerable.Range(0, 120).Select(_ => AskAsync(11))];
        await Until.TrueAsync(() => server.Statistics is { Served: 15, Throttled: 25 });
        await Until.TrueAsync(() => answers.Count(answer => answer.IsCompleted) == 25 + 15);

        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(15, server.Statistics.Served);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Until.TrueAsync(() => server.Statistics.Served == 16);

        await AdvanceUntilAsync(() => answers.All(answer => answer.IsCompleted));
        Assert.Equal(25, answers.Count(answer => answer.Result is [3]));
        Assert.Equal(95, server.Statistics.Served);
    }

    [Fact]
    public async Task What_ends_in_the_middle_leaves_nothing_behind()
    {
        PayloadServer server = await ServeAsync(new TestSource(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null;
        }));
        ProtocolStream stream = await _client.Swarm.OpenStreamAsync(_server.Id, Ids, CancellationToken.None);
        await stream.Bytes.WriteAsync(SyncProtocol.Request(11), CancellationToken.None);
        await Until.TrueAsync(() => server.Statistics.Active == 1);
        await _client.Swarm.DisconnectAsync(_server.Id);

        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal(1, server.Statistics.Failed);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private async Task<PayloadServer> ServeAsync(IPayloadSource source, RollupConfig? config = null)
    {
        PayloadServer server = _server.Serve(config ?? Chain.Config, source, _time);
        await _client.DialAsync(_server);
        return server;
    }

    private Task<byte[]> AskAsync(ulong number, string? id = null) => _client.AskAsync(_server, id ?? Ids[0], SyncProtocol.Request(number));

    /// <summary>Waits until the server waits, sees that nothing has come a moment before its deadline, and lets the deadline pass.</summary>
    private async Task WaitForTimerAsync(TimeSpan deadline, Task answer)
    {
        await Until.TrueAsync(() => _time.ActiveTimers > 0);
        _time.Advance(deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
    }

    private Task AdvanceUntilAsync(Func<bool> condition) => Until.TrueAsync(() =>
    {
        bool holds = condition();
        if (!holds)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        return holds;
    });
}
