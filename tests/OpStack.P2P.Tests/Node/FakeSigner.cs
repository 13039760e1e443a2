using OpStack.P2P.TestKit;
using OpStack.Primitives;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Tests.Node;

/// <summary>Signs as the sequencer, or fails as it is told to.</summary>
internal sealed class FakeSigner : IBlockSigner, IDisposable
{
    private readonly Secp256k1PrivateKey _key = TestBlocks.NewSequencerKey();

    public Address Address => _key.PublicKey.ToAddress();

    public Exception? Failure { get; set; }

    /// <summary>What asking for its health throws.</summary>
    public Exception? Health { get; set; }

    /// <summary>Asking for its health never returns, whatever is cancelled.</summary>
    public bool IsHealthStuck { get; set; }

    public int HealthCalls { get; private set; }

    /// <summary>Never answers, whatever is cancelled.</summary>
    public bool Hangs { get; set; }

    public int Calls { get; private set; }

    public ValueTask CheckHealthAsync(CancellationToken cancellationToken)
    {
        HealthCalls++;
        return IsHealthStuck ? new ValueTask(new TaskCompletionSource().Task) : Health is null ? ValueTask.CompletedTask : throw Health;
    }

    public ValueTask<BlockSignature> SignAsync(PayloadHash payloadHash, ulong chainId, CancellationToken cancellationToken)
    {
        Calls++;
        return Hangs ? new ValueTask<BlockSignature>(new TaskCompletionSource<BlockSignature>().Task) : Failure is null ? new ValueTask<BlockSignature>(BlockSignature.Sign(payloadHash.SigningHash(chainId), _key)) : throw Failure;
    }

    public void Dispose() => _key.Dispose();
}
