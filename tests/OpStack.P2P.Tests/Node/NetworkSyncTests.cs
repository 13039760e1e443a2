using OpStack.Libp2p.Identity;
using OpStack.P2P.TestKit;
using OpStack.P2P.Tests.Gossip;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Node;

/// <summary>Blocks by number between whole networks.</summary>
public sealed class NetworkSyncTests
{
    [Fact]
    public async Task What_gossip_left_out_is_asked_for_and_comes_with_the_other_blocks()
    {
        ExecutionPayload[] chain = Chain(length: 12);
        using FakeSigner signer = new();
        await using TestNetwork sequencer = await TestNetwork.StartAsync(
            config => config with { Signer = signer, PayloadSource = new ChainSource(chain) });
        await using TestNetwork follower = await TestNetwork.StartAsync(sequencer.Enr, config => config with { FillGaps = true });
        await sequencer.MeshedAsync(follower);
        Assert.Equal(PartState.Running, follower.Part(NetworkPart.Sync).State);

        follower.Handler.SetHead(new BlockId(chain[0].BlockHash, chain[0].BlockNumber));
        await sequencer.Handler.PublishAsync(TestBlocks.Envelope(chain[^1]));
        List<OpNetworkPayloadEnvelope> got = [];
        while (got.Count < chain.Length - 1)
        {
            got.Add(await follower.NextBlockAsync());
        }

        // The block of gossip, then down to the head, each as soon as it links.
        Assert.Equal(chain.Skip(1).Reverse().Select(block => block.BlockHash), got.Select(block => block.Payload.BlockHash));
        Assert.Equal(
            [BlockOrigin.Gossip, .. Enumerable.Repeat(BlockOrigin.Sync, chain.Length - 2)],
            follower.Handler.RecentBlocks.Select(block => block.Origin));
    }

    [Fact]
    public async Task A_host_may_ask_for_a_range_itself_but_only_static_peers_when_it_says_so()
    {
        ExecutionPayload[] chain = Chain(length: 5);
        await using TestNetwork server = await TestNetwork.StartAsync(config => config with { PayloadSource = new ChainSource(chain), Discovery = false });
        await using TestNetwork follower = await TestNetwork.StartAsync(config => config with
        {
            Discovery = false,
            SyncOnlyFromStatic = true,
            Sync = new SyncOptions { StallTimeout = TimeSpan.FromSeconds(1) },
        });
        SyncRange range = new(chain[0].BlockNumber, chain[^1].BlockNumber, chain[^1].BlockHash);
        await follower.Gossip.DialAsync(server.Address);
        Assert.Equal(SyncOutcome.Stalled, (await AskAsync(follower, range)).Outcome);

        follower.Gossip.ConnectionManager.Protect(server.Gossip.LocalPeerId, "static");
        SyncRangeResult result = await AskAsync(follower, range);
        Assert.Equal((SyncOutcome.Complete, 5UL), (result.Outcome, result.Delivered));
    }

    [Fact]
    public async Task How_a_peer_answered_is_known_again_after_a_restart()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("responses");
        try
        {
            await using TestNetwork server = await TestNetwork.StartAsync(config => config with { PayloadSource = new BrokenSource(), Discovery = false });
            PeerId peer = server.Gossip.LocalPeerId;
            NetworkConfig Configure(NetworkConfig config) =>
                config with { Discovery = false, PeerStore = config.PeerStore with { Directory = directory.FullName } };
            await using (TestNetwork before = await TestNetwork.StartAsync(Configure))
            {
                await before.Gossip.DialAsync(server.Address);
                using CancellationTokenSource enough = new();
                ExecutionPayload block = Chain(length: 1)[0];
                Task range = before.Handler.Sync!.RequestRangeAsync(
                    new SyncRange(block.BlockNumber, block.BlockNumber, block.BlockHash), (_, _) => ValueTask.CompletedTask, enough.Token);
                await Until.TrueAsync(() => ErrorsOf(before, peer) > 0);
                await enough.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => range);
            }

            await using TestNetwork after = await TestNetwork.StartAsync(Configure);
            Assert.InRange(ErrorsOf(after, peer), 0.01, 9);

            // And gossip counts it, as P5.
            await after.Gossip.DialAsync(server.Address);
            await Until.TrueAsync(async () => (await after.Gossip.GetSnapshotAsync()).Scores
                .Any(score => score.Peer.Equals(peer) && score.Terms.Any(term => term is { Name: "P5", Contribution: < 0 })));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_sync_there_is_no_client_and_the_protocol_is_not_spoken()
    {
        await using TestNetwork server = await TestNetwork.StartAsync(
            config => config with { Discovery = false, SyncByNumber = false, PayloadSource = new ChainSource([]) });
        await using TestNetwork other = await TestNetwork.StartAsync(config => config with { Discovery = false });
        Assert.Null(server.Handler.Sync);
        await other.Gossip.DialAsync(server.Address);
        PeerId peer = server.Gossip.LocalPeerId;
        await Until.TrueAsync(() => other.Gossip.GetIdentifyInfo(peer) is not null);
        Assert.DoesNotContain(other.Gossip.GetIdentifyInfo(peer)!.Protocols, p => p.Contains("payload_by_number", StringComparison.Ordinal));
    }

    private static Task<SyncRangeResult> AskAsync(TestNetwork network, SyncRange range) =>
        network.Handler.Sync!.RequestRangeAsync(range, (_, _) => ValueTask.CompletedTask).WaitAsync(DriverNode.Patience);

    /// <summary>Blocks that link, the last of them stamped with the present time.</summary>
    internal static ExecutionPayload[] Chain(int length)
    {
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        List<ExecutionPayload> chain = [];
        Hash256 parent = Hash256.Parse(new string('7', 64));
        for (int i = 1; i <= length; i++)
        {
            ulong time = (now / 2 * 2) - (2 * (ulong)(length - i)); // Genesis is at 0, two seconds a block.
            chain.Add(TestBlocks.Rehash(TestBlocks.Payload(PayloadVersion.V4) with { BlockNumber = time / 2, ParentHash = parent, Timestamp = time }));
            parent = chain[^1].BlockHash;
        }

        return [.. chain];
    }

    private static double ErrorsOf(TestNetwork network, PeerId peer) => network.Network.ApplicationScores.CountsOf(peer).Errors;

    private sealed class BrokenSource : IPayloadSource
    {
        public ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken) => throw new IOException("no disk");
    }

    internal sealed class ChainSource(ExecutionPayload[] chain) : IPayloadSource
    {
        public ValueTask<OpNetworkPayloadEnvelope?> GetPayloadAsync(ulong number, CancellationToken cancellationToken) =>
            new(chain.Where(block => block.BlockNumber == number).Select(TestBlocks.Envelope).FirstOrDefault());
    }
}
