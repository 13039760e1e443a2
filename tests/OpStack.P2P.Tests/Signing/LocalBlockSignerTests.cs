using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Signing;

/// <summary>Signing with a key in this process.</summary>
public sealed class LocalBlockSignerTests
{
    private const ulong ChainId = 10;

    [Theory]
    [MemberData(nameof(TestBlocks.Versions), MemberType = typeof(TestBlocks))]
    public async Task The_signature_is_the_keys_for_this_chain_alone(PayloadVersion version)
    {
        using Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        LocalBlockSigner signer = new(key);
        Assert.Equal(TestBlocks.Sequencer, signer.Address);
        OpNetworkPayloadEnvelope block = TestBlocks.Envelope(TestBlocks.Payload(version));
        BlockSignature signature = await signer.SignAsync(block.PayloadHash, ChainId, CancellationToken.None);
        OpNetworkPayloadEnvelope signed = block.WithSignature(signature);
        Assert.True(signed.TryRecoverSigner(ChainId, out var here));
        Assert.True(signed.TryRecoverSigner(ChainId + 1, out var elsewhere));
        Assert.Equal(TestBlocks.Sequencer, here);
        Assert.NotEqual(TestBlocks.Sequencer, elsewhere);
    }

    [Fact]
    public async Task Nothing_is_signed_once_it_was_cancelled_or_the_key_is_gone()
    {
        Secp256k1PrivateKey key = TestBlocks.NewSequencerKey();
        LocalBlockSigner signer = new(key);
        PayloadHash hash = PayloadHash.Compute("a block"u8);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.SignAsync(hash, ChainId, new CancellationToken(canceled: true)).AsTask());
        key.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await signer.SignAsync(hash, ChainId, CancellationToken.None));
    }
}
