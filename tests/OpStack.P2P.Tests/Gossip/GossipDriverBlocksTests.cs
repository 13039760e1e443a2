using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>Blocks between drivers: publishing, forwarding, delivery and who may sign.</summary>
public sealed class GossipDriverBlocksTests
{
    private const byte Sequencer = 0x46;
    private const byte NewSequencer = 0x47;
    private const byte Stranger = 0x48;

    [Fact]
    public async Task A_block_travels_down_a_line_and_names_who_handed_it_over()
    {
        await using DriverNode first = await DriverNode.StartAsync();
        await using DriverNode second = await DriverNode.StartAsync();
        await using DriverNode third = await DriverNode.StartAsync();
        await first.ConnectAsync(second);
        await second.ConnectAsync(third);
        OpNetworkPayloadEnvelope block = DriverNode.Block(7, size: 100_000);

        MessageId id = await first.Driver.PublishAsync(block);

        BlockReceived atSecond = await second.NextAsync<BlockReceived>();
        BlockReceived atThird = await third.NextAsync<BlockReceived>();
        Assert.Equal(first.PeerId, atSecond.Source);
        Assert.Equal(second.PeerId, atThird.Source);
        Assert.Equal(DriverNode.Topic(), atThird.Topic);
        Assert.Equal(block.Payload, atThird.Envelope.Payload);
        Assert.Equal(block.Signature, atThird.Envelope.Signature);
        Assert.Equal(block.ParentBeaconBlockRoot, atThird.Envelope.ParentBeaconBlockRoot);
        Assert.Equal(id, P2P.Gossip.MessageIds.Compute(DriverNode.Topic(), isValidSnappy: true, TestBlocks.Message(atThird.Envelope)));
    }

    [Fact]
    public async Task In_a_full_mesh_every_block_is_delivered_once_and_ours_never()
    {
        const int blocks = 20;
        DriverNode[] nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DriverNode.StartAsync()));
        for (int i = 0; i < nodes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                await nodes[i].ConnectAsync(nodes[j]);
            }
        }

        for (ulong height = 1; height <= blocks; height++)
        {
            await nodes[height % 2].Driver.PublishAsync(DriverNode.Block(height));
        }

        foreach (DriverNode node in nodes)
        {
            int published = node == nodes[0] || node == nodes[1] ? blocks / 2 : 0;
            await Until.TrueAsync(async () => (await node.CountersAsync()).Accepted == blocks - published);
        }

        // Copies did arrive; what was published went out to several who sent it on.
        await Until.TrueAsync(async () => (await Task.WhenAll(nodes.Select(n => n.CountersAsync()))).Sum(c => c.Duplicates) > 0);
        for (int i = 0; i < nodes.Length; i++)
        {
            await nodes[i].DisposeAsync();
            ulong[] heights = [.. (await nodes[i].DrainAsync()).OfType<BlockReceived>().Select(b => b.Envelope.Payload.BlockNumber).Order()];
            Assert.Equal(Enumerable.Range(1, blocks).Select(h => (ulong)h).Where(h => (ulong)i != h % 2), heights);
        }
    }

    // A fork that our configuration does not know: every honest peer sends us such blocks, one after the other.
    [Fact]
    public async Task A_block_of_our_signer_that_only_our_fork_schedule_refuses_costs_its_sender_nothing()
    {
        await using DriverNode current = await DriverNode.StartAsync(
            builder => builder.WithRollupConfig(TestChains.At(DriverNode.ChainId, PayloadVersion.V4) with { JovianTime = 0 }));
        await using DriverNode outdated = await DriverNode.StartAsync();
        await current.ConnectAsync(outdated);
        using Secp256k1PrivateKey key = TestBlocks.NewKey(Sequencer);
        ExecutionPayload jovian = TestBlocks.Rehash(DriverNode.Block(1).Payload with { BlobGasUsed = 1_760_400 });

        await current.Driver.PublishAsync(TestBlocks.Envelope(jovian).Sign(key, DriverNode.ChainId));

        await Until.TrueAsync(async () => (await outdated.CountersAsync()).Rejected == 1);
        Assert.Equal([0.0], (await outdated.Driver.GetSnapshotAsync()).Scores.Select(score => score.Total));
    }

    [Fact]
    public async Task Publishing_without_peers_is_no_error()
    {
        await using DriverNode node = await DriverNode.StartAsync();

        Assert.NotEqual(default, await node.Driver.PublishAsync(DriverNode.Block(1)));
    }

    [Fact]
    public async Task What_our_own_validator_refuses_is_not_published()
    {
        await using DriverNode node = await DriverNode.StartAsync();
        await using DriverNode other = await DriverNode.StartAsync(b => b.WithBlockHandler(new TakesAll()));
        await node.ConnectAsync(other);
        ExecutionPayload old = TestBlocks.Rehash(TestBlocks.Payload(PayloadVersion.V4) with { Timestamp = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3_600 });
        OpNetworkPayloadEnvelope good = DriverNode.Block(1);

        Assert.Equal(BlockInvalidReason.Signer, await AssertRefusedAsync(PublishOutcome.Rejected, node, DriverNode.Block(1, key: Stranger)));
        Assert.Equal(BlockInvalidReason.Timestamp, await AssertRefusedAsync(PublishOutcome.Rejected, node, BlockHandlerFixture.Sign(old, DriverNode.ChainId)));
        await AssertRefusedAsync(PublishOutcome.Rejected, node, DriverNode.Block(1, chainId: 10));
        await AssertRefusedAsync(PublishOutcome.Rejected, node, good.WithSignature(default));
        await Assert.ThrowsAsync<PayloadEncodingException>(
            async () => await node.Driver.PublishAsync(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V3), DriverNode.ChainId)));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await node.Driver.PublishAsync(null!));
        Assert.Equal(await node.Driver.PublishAsync(good), await node.Driver.PublishAsync(good)); // A duplicate is out already.

        // The other node takes whatever it gets, and it got the good one only.
        await node.Driver.PublishAsync(DriverNode.Block(2));
        Assert.Equal([1UL, 2UL], new[] { await other.NextHeightAsync(), await other.NextHeightAsync() }.Order());
        Assert.Equal(2, (await other.CountersAsync()).Accepted);
    }

    [Fact]
    public async Task A_block_over_10_MiB_or_over_an_RPC_is_refused()
    {
        await using DriverNode node = await DriverNode.StartAsync();
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        int room = (10 << 20) - TestBlocks.Message(BlockOf([])).Length;
        byte[] noise = new byte[room];
        new Random(1).NextBytes(noise);

        Assert.NotEqual(default, await node.Driver.PublishAsync(BlockOf(new byte[room])));
        await AssertRefusedAsync(PublishOutcome.Rejected, node, BlockOf(new byte[room + 1]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Driver.PublishAsync(BlockOf(noise)));

        OpNetworkPayloadEnvelope BlockOf(byte[] transaction) => TestBlocks.Envelope(TestBlocks.Rehash(
            TestBlocks.Payload(PayloadVersion.V4, transaction) with { Timestamp = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() }))
            .Sign(key, DriverNode.ChainId);
    }

    [Fact]
    public async Task Without_a_signer_nothing_is_published_and_what_comes_is_ignored()
    {
        await using DriverNode node = await DriverNode.StartAsync(signer: default(Address));
        await using DriverNode other = await DriverNode.StartAsync();
        await node.ConnectAsync(other);
        await AssertRefusedAsync(PublishOutcome.Ignored, node, DriverNode.Block(1));

        await other.Driver.PublishAsync(DriverNode.Block(2));
        await Until.TrueAsync(async () => (await node.CountersAsync()).Ignored == 1);
        node.Driver.UnsafeBlockSigner = TestBlocks.Sequencer;
        await other.Driver.PublishAsync(DriverNode.Block(3));

        Assert.Equal(3UL, await node.NextHeightAsync());
        Assert.Equal(0, (await node.CountersAsync()).Rejected);
    }

    [Fact]
    public async Task After_a_rotation_the_previous_signer_is_valid_until_the_new_ones_first_block()
    {
        // Three publishers, each of whom holds another signer for the right one.
        await using DriverNode node = await DriverNode.StartAsync();
        await using DriverNode previous = await DriverNode.StartAsync();
        await using DriverNode next = await DriverNode.StartAsync(signer: DriverNode.AddressOf(NewSequencer));
        await using DriverNode stranger = await DriverNode.StartAsync(signer: DriverNode.AddressOf(Stranger));
        foreach (DriverNode publisher in new[] { previous, next, stranger })
        {
            await node.ConnectAsync(publisher);
        }

        node.Driver.UnsafeBlockSigner = DriverNode.AddressOf(NewSequencer);
        Assert.Equal(DriverNode.AddressOf(NewSequencer), node.Driver.UnsafeBlockSigner);

        await previous.Driver.PublishAsync(DriverNode.Block(1, Sequencer));
        Assert.Equal(1UL, await node.NextHeightAsync());
        await stranger.Driver.PublishAsync(DriverNode.Block(2, Stranger));
        await Until.TrueAsync(async () => (await node.CountersAsync()).Rejected == 1);
        await next.Driver.PublishAsync(DriverNode.Block(3, NewSequencer));
        Assert.Equal(3UL, await node.NextHeightAsync());
        await previous.Driver.PublishAsync(DriverNode.Block(4, Sequencer));
        await Until.TrueAsync(async () => (await node.CountersAsync()).Rejected == 2);
        await next.Driver.PublishAsync(DriverNode.Block(5, NewSequencer));
        Assert.Equal(5UL, await node.NextHeightAsync());
        Assert.Equal(3, node.Driver.ConnectedPeers.Count);
    }

    [Fact]
    public async Task Drivers_of_several_chains_in_one_process_do_not_mix()
    {
        ulong[] chains = [901, 902];
        DriverNode[] publishers = await Task.WhenAll(chains.Select(chain => DriverNode.StartAsync(chainId: chain)));
        DriverNode[] followers = await Task.WhenAll(chains.Select(chain => DriverNode.StartAsync(chainId: chain)));
        foreach (DriverNode publisher in publishers)
        {
            foreach (DriverNode follower in followers)
            {
                await publisher.Driver.DialAsync(follower.Address);
            }
        }

        for (int i = 0; i < chains.Length; i++)
        {
            await publishers[i].ConnectAsync(followers[i], chains[i]);
            ulong chain = chains[i];
            await publishers[i].Driver.PublishAsync(DriverNode.Block(100 + chain, chainId: chain));
        }

        for (int i = 0; i < chains.Length; i++)
        {
            BlockReceived block = await followers[i].NextAsync<BlockReceived>();
            Assert.Equal((100 + chains[i], DriverNode.Topic(chains[i]), publishers[i].PeerId), (block.Envelope.Payload.BlockNumber, block.Topic, block.Source));
            RouterSnapshot snapshot = await followers[i].Driver.GetSnapshotAsync();
            Assert.Equal([publishers[i].PeerId], snapshot.Mesh[DriverNode.Topic(chains[i])]);
            RouterCounters counters = snapshot.Counters;
            Assert.Equal((1, 0, 0, 0), (counters.Accepted, counters.Rejected, counters.Ignored, counters.Duplicates));
            Assert.Equal((0, 0, 0), (counters.Invalid, counters.NotAccepted, counters.NotJoined));
            Assert.Equal(2, followers[i].Driver.ConnectedPeers.Count);
        }

        foreach (DriverNode node in publishers.Concat(followers))
        {
            await node.DisposeAsync();
            Assert.InRange((await node.DrainAsync()).OfType<BlockReceived>().Count(), 0, 0);
        }
    }

    private static async Task<BlockInvalidReason> AssertRefusedAsync(PublishOutcome outcome, DriverNode node, OpNetworkPayloadEnvelope block)
    {
        PublishException e = await Assert.ThrowsAsync<PublishException>(async () => await node.Driver.PublishAsync(block));
        Assert.Equal(outcome, e.Outcome);
        Assert.Contains(block.Payload.BlockHash.ToString(), e.Message);
        return e.Reason;
    }

    /// <summary>Decodes, and accepts whatever decodes.</summary>
    private sealed class TakesAll : IBlockHandler
    {
        public IReadOnlyList<string> Topics { get; } = new BlockTopics(DriverNode.ChainId).All;

        public DecodedMessage Decode(string topic, ReadOnlySpan<byte> data) => P2P.Gossip.MessageIds.Decode(topic, data);

        public BlockCheck Check(GossipMessage message) =>
            OpNetworkPayloadEnvelope.TryDecode(PayloadVersion.V4, message.Decoded.Body, out OpNetworkPayloadEnvelope? envelope, out _)
                ? new BlockCheck(message.Topic, BlockInvalidReason.None, Envelope: envelope)
                : new BlockCheck(message.Topic, BlockInvalidReason.BrokenSszEncoding);

        public MessageAcceptance Admit(BlockCheck check) => check.Acceptance;
    }
}
