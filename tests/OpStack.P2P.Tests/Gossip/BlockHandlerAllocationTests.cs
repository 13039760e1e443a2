using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>What the validation of a block leaves for the collector, on one core.</summary>
public sealed class BlockHandlerAllocationTests
{
    // Envelope, payload, hash state and verdict; nothing of it grows with the message.
    private const int BeyondTheMessage = 2_048;

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void A_valid_block_takes_its_decompressed_bytes_once_and_two_kilobytes(int size)
    {
        BlockHandlerFixture fixture = new();
        Assert.Null(fixture.Handler.EarlyHashes);
        string topic = fixture.Topic(PayloadVersion.V4);
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        OpNetworkPayloadEnvelope block = TestBlocks.SignedAt(TestBlocks.Timestamp, PayloadVersion.V4, BlockHandlerFixture.ChainId, key, 1, size);
        byte[] data = block.Encode(PayloadVersion.V4);
        int length = TestBlocks.Message(block).Length;
        Assert.InRange(length, size * 9 / 10, size * 11 / 10);

        // The first check learns the signer's key.
        Assert.Equal(BlockInvalidReason.None, fixture.Check(topic, data).Reason);

        BlockCheck? check = null;
        long allocated = Mutations.AllocatedBy(() =>
            check = fixture.Handler.Check(new GossipMessage(null, topic, fixture.Handler.Decode(topic, data))));
        Assert.Equal(BlockInvalidReason.None, check!.Reason);
        Assert.InRange(allocated, length, length + BeyondTheMessage);
    }
}
