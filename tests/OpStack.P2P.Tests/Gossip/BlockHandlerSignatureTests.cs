using System.Numerics;
using OpStack.Libp2p.Gossipsub;
using OpStack.P2P.TestKit;
using OpStack.Primitives;

namespace OpStack.P2P.Tests.Gossip;

/// <summary>op-node's TestVerifyBlockSignature.</summary>
public sealed class BlockHandlerSignatureTests
{
    private const byte OtherKey = 0x47;

    private static readonly Address Other = AddressOf(OtherKey);

    private readonly OpNetworkPayloadEnvelope _block = BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V4));
    private readonly OpNetworkPayloadEnvelope _blockByOther = BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V4), key: OtherKey);

    [Fact]
    public void Valid()
    {
        BlockCheck check = new BlockHandlerFixture().Check(_block);

        Assert.Equal(MessageAcceptance.Accept, check.Acceptance);
        Assert.Equal(TestBlocks.Sequencer, check.Signer);
    }

    [Fact]
    public void WrongSigner()
    {
        BlockCheck check = new BlockHandlerFixture().Check(_blockByOther);

        Assert.Equal((BlockInvalidReason.Signer, MessageAcceptance.Reject), (check.Reason, check.Acceptance));
    }

    [Fact]
    public void InvalidSignature()
    {
        BlockCheck check = new BlockHandlerFixture().Check(_block.WithSignature(default));

        Assert.Equal((BlockInvalidReason.Signature, MessageAcceptance.Reject), (check.Reason, check.Acceptance));
    }

    [Fact]
    public void NoSequencer()
    {
        BlockHandlerFixture node = new(signer: Address.Parse(new string('0', 40)));
        BlockCheck check = node.Check(_block);

        Assert.Equal((BlockInvalidReason.NoSigner, MessageAcceptance.Ignore), (check.Reason, check.Acceptance));
        Assert.Equal(MessageAcceptance.Ignore, node.Handler.Admit(check));
    }

    [Fact]
    public void NoSequencer_comes_after_the_length_and_before_the_signature()
    {
        // 1.10, rows 1 to 5a: what is broken without any signer's help is rejected; the rest is not even looked at.
        BlockHandlerFixture node = new(signer: default(Address));

        Assert.Equal(BlockInvalidReason.BrokenSnappyEncoding, node.Check(node.Topic(PayloadVersion.V4), [0xff]).Reason);
        Assert.Equal(BlockInvalidReason.InvalidLength, node.CheckDecompressed(PayloadVersion.V4, new byte[65]).Reason);
        Assert.Equal(BlockInvalidReason.NoSigner, node.CheckDecompressed(PayloadVersion.V4, new byte[66]).Reason);
        Assert.Equal(BlockInvalidReason.NoSigner, node.Check(_block.WithSignature(default)).Reason);
    }

    [Fact]
    public void PreviousSignerAccepted()
    {
        BlockHandlerFixture node = new();
        node.Signers.Current = Other;

        Assert.Equal(BlockInvalidReason.None, node.Judge(_block));
        Assert.Equal(TestBlocks.Sequencer, node.Signers.Previous);
    }

    [Fact]
    public void NewSignerConfirms()
    {
        BlockHandlerFixture node = new();
        node.Signers.Current = Other;

        Assert.Equal(BlockInvalidReason.None, node.Judge(_blockByOther));

        Assert.Null(node.Signers.Previous);
        Assert.Equal(BlockInvalidReason.Signer, node.Judge(_block));
    }

    [Fact]
    public void A_block_by_the_new_signer_confirms_even_if_it_is_rejected_later()
    {
        BlockHandlerFixture node = new();
        node.Signers.Current = Other;
        ExecutionPayload stale = TestBlocks.Rehash(TestBlocks.Payload(PayloadVersion.V4) with { Timestamp = 1 });

        Assert.Equal(BlockInvalidReason.Timestamp, node.Judge(BlockHandlerFixture.Sign(stale, key: OtherKey)));

        Assert.Null(node.Signers.Previous);
    }

    [Fact]
    public void Check_alone_changes_no_state()
    {
        BlockHandlerFixture node = new();
        node.Signers.Current = Other;

        Assert.Equal(MessageAcceptance.Accept, node.Check(_blockByOther).Acceptance);
        Assert.Equal(MessageAcceptance.Accept, node.Check(_blockByOther).Acceptance);

        Assert.NotNull(node.Signers.Previous);
    }

    [Fact]
    public void GracePeriodExpired()
    {
        BlockHandlerFixture node = new(options: new BlockHandlerOptions { TimestampThreshold = TimeSpan.FromHours(4) });
        node.Signers.Current = Other;

        node.Clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromSeconds(1));
        Assert.Equal(BlockInvalidReason.None, node.Check(_block).Reason);
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(BlockInvalidReason.Signer, node.Check(_block).Reason);
    }

    [Fact]
    public void ThirdPartySignerRejected()
    {
        BlockHandlerFixture node = new();
        node.Signers.Current = Other;

        Assert.Equal(BlockInvalidReason.Signer, node.Judge(BlockHandlerFixture.Sign(TestBlocks.Payload(PayloadVersion.V4), key: 0x48)));
    }

    [Fact]
    public void ValidNoGracePeriod()
    {
        BlockHandlerFixture node = new();

        Assert.Equal(BlockInvalidReason.None, node.Judge(_block));
        Assert.Null(node.Signers.Previous);
        Assert.Equal(TestBlocks.Sequencer, node.Signers.Current);
    }

    [Fact]
    public void A_signature_for_another_chain_is_rejected() =>
        Assert.Equal(BlockInvalidReason.Signer, new BlockHandlerFixture().Check(BlockHandlerFixture.Sign(_block.Payload, chainId: 10)).Reason);

    [Theory]
    [InlineData(27)]
    [InlineData(28)]
    [InlineData(4)]
    [InlineData(255)]
    public void A_recovery_id_above_3_is_malformed(byte recoveryId) =>
        Assert.Equal(BlockInvalidReason.Signature, new BlockHandlerFixture().Check(WithRecoveryId(_block, recoveryId)).Reason);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Another_recovery_id_is_rejected(byte difference)
    {
        byte recoveryId = (byte)(_block.Signature.RecoveryId ^ difference);

        // 2 and 3 stand for an x of n or more, which hardly any r has: no key can have signed so.
        Assert.Equal(
            recoveryId < 2 ? BlockInvalidReason.Signer : BlockInvalidReason.Signature,
            new BlockHandlerFixture().Check(WithRecoveryId(_block, recoveryId)).Reason);
    }

    [Fact]
    public void A_high_s_is_accepted_as_op_node_does()
    {
        byte[] signature = Bytes(_block.Signature);
        BigInteger n = BigInteger.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337");
        BigInteger s = new(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        byte[] high = (n - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32, 32).Clear();
        high.CopyTo(signature.AsSpan(64 - high.Length));
        signature[64] ^= 1;

        Assert.Equal(BlockInvalidReason.None, new BlockHandlerFixture().Check(_block.WithSignature(new BlockSignature(signature))).Reason);
    }

    [Fact]
    [Trait("Row", "49")]
    public async Task Blocks_in_flight_during_rotations_are_judged_by_one_snapshot_each()
    {
        // attack-cases.md row 49: whoever the current signer is, the other one is the previous, so both signers' blocks stay valid all
        // along.
        BlockHandlerFixture node = new();
        node.Signers.Current = Other;
        byte[][] data = [_block.Encode(PayloadVersion.V4), _blockByOther.Encode(PayloadVersion.V4)];
        using CancellationTokenSource done = new();
        Task rotation = Task.Run(() =>
        {
            for (int i = 0; !done.IsCancellationRequested; i++)
            {
                node.Signers.Current = i % 2 == 0 ? TestBlocks.Sequencer : Other;
            }
        });

        Task<BlockInvalidReason>[] checks = [.. Enumerable.Range(0, 100).Select(i => Task.Run(() => node.Check(node.Topic(PayloadVersion.V4), data[i % 2]).Reason))];
        BlockInvalidReason[] reasons = await Task.WhenAll(checks).WaitAsync(TimeSpan.FromMinutes(2));
        await done.CancelAsync();
        await rotation;

        Assert.All(reasons, reason => Assert.Equal(BlockInvalidReason.None, reason));
    }

    private static OpNetworkPayloadEnvelope WithRecoveryId(OpNetworkPayloadEnvelope envelope, byte recoveryId)
    {
        byte[] signature = Bytes(envelope.Signature);
        signature[64] = recoveryId;
        return envelope.WithSignature(new BlockSignature(signature));
    }

    private static byte[] Bytes(BlockSignature signature)
    {
        byte[] bytes = new byte[BlockSignature.Size];
        signature.CopyTo(bytes);
        return bytes;
    }

    private static Address AddressOf(byte key)
    {
        using var secret = TestBlocks.NewKey(key);
        return secret.PublicKey.ToAddress();
    }
}
