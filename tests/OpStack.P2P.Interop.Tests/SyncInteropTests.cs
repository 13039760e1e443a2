using System.Text.Json.Nodes;
using OpStack.Libp2p.Connections;
using OpStack.Libp2p.Identity;
using OpStack.Libp2p.Multiformats;
using OpStack.P2P.Sync;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Interop.Tests;

/// <summary>payload_by_number between ours and the js peer's own client and server (js/sync.mjs), under both protocol ids.</summary>
public sealed class SyncInteropTests : IAsyncLifetime
{
    private const ulong ChainId = 901;

    // What the js peer builds has a timestamp of twice its height; the clock of ours is later than that.
    private const int First = 1_000;
    private const int Count = 30;

    private readonly KeyPair _key = KeyPair.GenerateSecp256k1();
    private readonly Swarm _swarm;

    public SyncInteropTests()
    {
        _swarm = new Swarm(_key);
        _swarm.Listen(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
    }

    /// <summary>Op-node's id and that of the specification, with every version.</summary>
    public static TheoryData<string, PayloadVersion> IdsAndVersions
    {
        get
        {
            TheoryData<string, PayloadVersion> all = [];
            foreach (string id in SyncProtocol.Ids(ChainId))
            {
                Array.ForEach(Enum.GetValues<PayloadVersion>(), version => all.Add(id, version));
            }

            return all;
        }
    }

    [InteropTheory]
    [MemberData(nameof(IdsAndVersions))]
    public async Task Js_gets_blocks_of_ours(string id, PayloadVersion version)
    {
        RollupConfig config = TestChains.At(ChainId, version);
        OpNetworkPayloadEnvelope[] blocks = [.. new[] { 0, 1_000, 200_000 }.Select((size, i) => Block(version, (ulong)(First + i), size))];
        PayloadServer server = new(_swarm, config, new Source(blocks));
        server.Start();
        await using JsPeer js = await JsPeer.StartAsync(new { chainId = ChainId });
        await js.CallAsync("dial", new { addr = _swarm.ListenAddresses[0].WithPeerId(_key.PeerId).ToString() });

        foreach (OpNetworkPayloadEnvelope block in blocks)
        {
            JsonNode got = await RequestAsync(js, id, version, (long)block.Payload.BlockNumber);

            Assert.Equal(0, (int)got["code"]!);
            Assert.Equal(block.Payload.BlockNumber, (ulong)got["number"]!);
            Assert.Equal(block.Payload.BlockHash.ToString(), "0x" + (string)got["blockHash"]!);
            Assert.Equal(block.Payload.Transactions.Count, (int)got["transactions"]!);
            Assert.Equal(block.Body.Length, (int)got["size"]!);
        }

        // Not there, and far in the future: one byte each.
        foreach ((long number, int code) in new[] { (First + 500L, 1), (1L << 50, 2) })
        {
            JsonNode refused = await RequestAsync(js, id, version, number);
            Assert.Equal((code, 1), ((int)refused["code"]!, (int)refused["length"]!));
        }

        await Until.TrueAsync(() => server.Statistics.Active == 0);
        Assert.Equal((3L, 1L, 1L, 0L), (server.Statistics.Served, server.Statistics.NotFound, server.Statistics.InvalidRequests, server.Statistics.Failed));
    }

    [InteropTheory]
    [MemberData(nameof(IdsAndVersions))]
    public async Task We_get_a_range_of_blocks_of_js(string id, PayloadVersion version)
    {
        RollupConfig config = TestChains.At(ChainId, version);
        ApplicationScores scores = new(TimeSpan.FromSeconds(2));
        await using SyncClient client = new(_swarm, config, scores);
        client.Start();
        await using JsPeer js = await JsPeer.StartAsync(new { chainId = ChainId });
        JsonNode served = (await js.CallAsync("serveBlocks", new
        {
            protocols = new[] { id },
            version = (int)version,
            first = First,
            count = Count,
            size = 100_000,
            keyHex = BlockPair.KeyHex,
            blockTime = config.BlockTime,
        }))!;
        Hash256[] hashes = [.. served["hashes"]!.AsArray().Select(hash => Hash256.Parse((string)hash!))];
        Multiaddr address = Multiaddr.Parse(js.Address);
        await _swarm.DialAsync(address);
        await Until.TrueAsync(() => client.Statistics.Peers == 1, JsPeer.Patience);
        List<SyncedBlock> blocks = [];

        SyncRangeResult result = await client.RequestRangeAsync(new SyncRange(First, First + 12, hashes[12]), Take);
        SyncRangeResult beyond = await client.RequestRangeAsync(new SyncRange(First - 2, First + 1, hashes[1]), Take);

        Assert.Equal(new SyncRangeResult(SyncOutcome.Complete, 13, null), result);
        Assert.Equal(new SyncRangeResult(SyncOutcome.NotFound, 2, First - 1), beyond);
        Assert.Equal([.. hashes[..13].Reverse(), hashes[1], hashes[0]], blocks.Select(block => block.Envelope.Payload.BlockHash));
        Assert.All(blocks, block => Assert.Equal((address.PeerId, version), (block.Peer, block.Envelope.Version)));
        Assert.True(scores.ScoreOf(address.PeerId!) > 0);

        ValueTask Take(SyncedBlock block, CancellationToken cancellationToken)
        {
            blocks.Add(block);
            return ValueTask.CompletedTask;
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _swarm.DisposeAsync();
        _key.Dispose();
    }

    private async Task<JsonNode> RequestAsync(JsPeer js, string protocol, PayloadVersion version, long number) =>
        (await js.CallAsync("requestBlock", new { peer = _key.PeerId.ToString(), protocol, version = (int)version, number }))!;

    private static OpNetworkPayloadEnvelope Block(PayloadVersion version, ulong number, int size)
    {
        byte[][] transactions = size == 0 ? [] : [new byte[size], Enumerable.Range(0, size).Select(i => (byte)(i * i)).ToArray()];
        return TestBlocks.Envelope(TestBlocks.Rehash(TestBlocks.Payload(version, transactions) with { BlockNumber = number, Timestamp = number * 2 }));
    }

    private sealed class Source(OpNetworkPayloadEnvelope[] blocks) : IPayloadSource
    {
        public ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken) =>
            ValueTask.FromResult(blocks.FirstOrDefault(block => block.Payload.BlockNumber == number));
    }
}
