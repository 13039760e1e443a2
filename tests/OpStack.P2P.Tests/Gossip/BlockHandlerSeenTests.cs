using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.Gossip;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>The rules that depend on what was seen before; attack-cases.md row 48.</summary>
public sealed class BlockHandlerSeenTests
{
    [Fact]
    [Trait("Row", "48")]
    public void The_same_block_twice_is_ignored()
    {
        BlockHandlerFixture node = new();
        OpNetworkPayloadEnvelope block = Block(1, 0);

        Assert.Equal(BlockInvalidReason.None, node.Judge(block));
        Assert.Equal(MessageAcceptance.Ignore, node.Handler.Admit(node.Check(block), out BlockInvalidReason reason));
        Assert.Equal(BlockInvalidReason.BlockSeen, reason);
    }

    [Fact]
    [Trait("Row", "48")]
    public void Six_blocks_at_one_height_pass_and_the_seventh_is_rejected()
    {
        BlockHandlerFixture node = new();
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(BlockInvalidReason.None, node.Judge(Block(1, i)));
        }

        Assert.Equal(MessageAcceptance.Reject, node.Handler.Admit(node.Check(Block(1, 6)), out BlockInvalidReason reason));
        Assert.Equal(BlockInvalidReason.TooManyBlocks, reason);

        // The count comes before the question whether the block is known.
        Assert.Equal(BlockInvalidReason.TooManyBlocks, node.Judge(Block(1, 0)));
        Assert.Equal(BlockInvalidReason.None, node.Judge(Block(2, 0)));
    }

    [Fact]
    public void With_five_blocks_at_a_height_a_known_one_is_ignored()
    {
        BlockHandlerFixture node = new();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(BlockInvalidReason.None, node.Judge(Block(1, i)));
        }

        Assert.Equal(BlockInvalidReason.BlockSeen, node.Judge(Block(1, 0)));
    }

    [Fact]
    public void Topics_are_counted_apart()
    {
        BlockHandlerFixture node = new();
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(BlockInvalidReason.None, node.Judge(Block(1, i)));
        }

        Assert.Equal(BlockInvalidReason.None, node.Judge(Block(1, 0, PayloadVersion.V3)));
        Assert.Equal(BlockInvalidReason.TooManyBlocks, node.Judge(Block(1, 7)));
    }

    [Fact]
    public void An_invalid_block_is_not_remembered()
    {
        BlockHandlerFixture node = new();
        ExecutionPayload payload = Block(1, 0).Payload;
        for (int i = 0; i < 10; i++)
        {
            OpNetworkPayloadEnvelope bad = BlockHandlerFixture.Sign(payload with { GasUsed = (ulong)i + 1 });
            Assert.Equal(BlockInvalidReason.BlockHash, node.Judge(bad));
            Assert.Equal(BlockInvalidReason.Signer, node.Judge(BlockHandlerFixture.Sign(payload, key: 0x47)));
        }

        Assert.Equal(BlockInvalidReason.None, node.Judge(BlockHandlerFixture.Sign(payload)));
    }

    [Fact]
    public void A_thousand_heights_are_remembered_and_the_least_recently_used_goes()
    {
        BlockSeenHashes seen = new();
        Hash256 hash = Hash256.Parse(new string('1', 64));
        for (ulong height = 0; height < 1_000; height++)
        {
            Assert.Equal(BlockInvalidReason.None, seen.Add(height, hash));
        }

        // Asking for height 0 makes height 1 the least recently used one.
        Assert.Equal(BlockInvalidReason.BlockSeen, seen.Add(0, hash));
        Assert.Equal(BlockInvalidReason.None, seen.Add(1_000, hash));
        Assert.Equal(1_000, seen.Count);
        Assert.Equal(BlockInvalidReason.BlockSeen, seen.Add(0, hash));
        Assert.Equal(BlockInvalidReason.BlockSeen, seen.Add(2, hash));
        Assert.Equal(BlockInvalidReason.None, seen.Add(1, hash));
        Assert.Equal(1_000, seen.Count);
    }

    [Fact]
    [Trait("Row", "48")]
    public void After_a_replay_of_1001_heights_a_fresh_block_is_still_accepted()
    {
        BlockHandlerFixture node = new();
        OpNetworkPayloadEnvelope template = Block(1, 0);
        for (ulong height = 1; height <= 1_001; height++)
        {
            // Admit alone: the signature of each would be checked the same.
            ExecutionPayload payload = template.Payload with { BlockNumber = height };
            BlockCheck check = new(node.Topic(PayloadVersion.V4), BlockInvalidReason.None, Envelope: TestBlocks.Envelope(payload), Signer: TestBlocks.Sequencer);
            Assert.Equal(MessageAcceptance.Accept, node.Handler.Admit(check));
        }

        Assert.Equal(BlockInvalidReason.None, node.Judge(Block(2_000, 0)));
        Assert.Equal(BlockInvalidReason.BlockSeen, node.Judge(Block(2_000, 0)));
        Assert.Equal(BlockInvalidReason.None, node.Judge(Block(1, 0)));
    }

    private static OpNetworkPayloadEnvelope Block(ulong number, int variant, PayloadVersion version = PayloadVersion.V4) => BlockHandlerFixture.Sign(
        TestBlocks.Rehash(TestBlocks.Payload(version) with { BlockNumber = number, GasUsed = (ulong)variant }));
}
