using OpStack.P2P.Gossip;
using OpStack.P2P.Payloads;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Gossip;

public sealed class BlockHashesTests
{
    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Two_cores_give_the_hashes_that_one_gives(PayloadVersion version)
    {
        OpNetworkPayloadEnvelope envelope = Block(version, 100, 1_000);
        BlockHashes one = BlockHashes.Compute(version, envelope.Body, inParallel: false);
        BlockHashes two = BlockHashes.Compute(version, envelope.Body, inParallel: true);
        Assert.Equal(new BlockHashes(PayloadHash.Compute(envelope.Body.Span), null), one);
        Assert.Equal(new BlockHashes(one.Payload, OrderedTrie.Root(envelope.Payload.Transactions)), two);
    }

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public void Damage_anywhere_gets_the_same_verdict_on_two_cores(PayloadVersion version)
    {
        BlockHandlerFixture one = new();
        BlockHandlerFixture two = new(inParallel: true);
        byte[] valid = TestBlocks.Message(BlockHandlerFixture.Sign(Block(version, 40, 1_000).Payload));
        Assert.Equal(BlockInvalidReason.None, two.CheckDecompressed(version, valid).Reason);
        foreach (int position in Enumerable.Range(0, 700).Append(valid.Length - 1))
        {
            // The offsets of the sections and of the transactions among them, under a good signature and under a bad one.
            byte[] damaged = [.. valid];
            damaged[position] ^= 0x10;
            AssertSame(one.CheckDecompressed(version, damaged), two.CheckDecompressed(version, damaged));
            byte[] signed = Resign(damaged);
            AssertSame(one.CheckDecompressed(version, signed), two.CheckDecompressed(version, signed));
        }
    }

    [Fact]
    public void An_unsigned_block_of_tiny_transactions_makes_nobody_compute_its_costly_root()
    {
        OpNetworkPayloadEnvelope tiny = Block(PayloadVersion.V4, 2_000, 100);
        Assert.Null(BlockHashes.Compute(PayloadVersion.V4, tiny.Body, inParallel: true).TransactionsRoot);
        OpNetworkPayloadEnvelope usual = Block(PayloadVersion.V4, 2_000, 140);
        Assert.NotNull(BlockHashes.Compute(PayloadVersion.V4, usual.Body, inParallel: true).TransactionsRoot);
    }

    [Fact]
    public void A_small_block_stays_on_one_core() =>
        Assert.Null(BlockHashes.Compute(PayloadVersion.V4, Block(PayloadVersion.V4, 10, 1_000).Body, inParallel: true).TransactionsRoot);

    private static void AssertSame(BlockCheck expected, BlockCheck actual) => Assert.Equal(
        (expected.Reason, expected.DecodeError, expected.Signer, expected.Envelope is null),
        (actual.Reason, actual.DecodeError, actual.Signer, actual.Envelope is null));

    private static byte[] Resign(byte[] message)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        byte[] signed = [.. message];
        BlockSignature.Sign(PayloadHash.Compute(message.AsSpan(BlockSignature.Size)).SigningHash(BlockHandlerFixture.ChainId), key).CopyTo(signed);
        return signed;
    }

    private static OpNetworkPayloadEnvelope Block(PayloadVersion version, int transactions, int length)
    {
        Random random = new(transactions);
        byte[][] items = [.. Enumerable.Range(0, transactions).Select(_ => new byte[length])];
        foreach (byte[] item in items)
        {
            random.NextBytes(item);
        }

        return TestBlocks.Envelope(TestBlocks.Payload(version, items));
    }
}
