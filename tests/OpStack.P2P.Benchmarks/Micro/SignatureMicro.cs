using BenchmarkDotNet.Attributes;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Benchmarks.Micro;

/// <summary>What is done with secp256k1 keys, without a reference.</summary>
[MemoryDiagnoser]
public class SignatureMicro
{
    private readonly Secp256k1PrivateKey _key = TestBlocks.NewSequencerKey();
    private readonly byte[] _hash = Keccak256.Hash("block"u8).ToArray();
    private readonly byte[] _signature = new byte[Secp256k1Signature.RecoverableSize];
    private readonly byte[] _scratch = new byte[Secp256k1Signature.RecoverableSize];
    private readonly Secp256k1KnownSigner _signer;

    public SignatureMicro()
    {
        _key.SignRecoverable(_hash, _signature);
        _signer = new Secp256k1KnownSigner(_key.PublicKey);
    }

    [Benchmark(Baseline = true)]
    public bool Recover() => Secp256k1PublicKey.TryRecover(_hash, _signature.AsSpan(0, Secp256k1Signature.Size), _signature[^1], out _);

    [Benchmark]
    public bool CheckKnownSigner() => _signer.HasSigned(_hash, _signature.AsSpan(0, Secp256k1Signature.Size), _signature[^1]);

    [Benchmark]
    public bool Verify() => _key.PublicKey.Verify(_hash, _signature.AsSpan(0, Secp256k1Signature.Size));

    [Benchmark]
    public void Sign() => _key.SignRecoverable(_hash, _scratch);

    [Benchmark]
    public void Agree() => _key.Agree(_key.PublicKey, _scratch.AsSpan(0, Secp256k1PublicKey.CompressedSize));
}
