using BenchmarkDotNet.Attributes;
using OpStack.P2P.Benchmarks.Rows;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Benchmarks.Micro;

/// <summary>The parts of Keccak-256, each on its own.</summary>
[MemoryDiagnoser]
public class KeccakMicro
{
    private const int Leaves = 64;

    private readonly byte[] _data = new byte[100_000];
    private readonly byte[] _hash = new byte[Hash256.Size];
    private readonly byte[][] _leaves = [.. Enumerable.Range(0, Leaves).Select(i => new byte[100 + (i * 10)])];
    private readonly Hash256[] _hashes = new Hash256[Leaves];

    [Benchmark]
    public void OneStream() => Keccak256.Hash(_data, _hash);

    [Benchmark(Baseline = true)]
    public void LeavesInTurn() => KeccakBatch.HashInTurn(new Inputs(_leaves), _hashes);

    [Benchmark]
    public void LeavesByFour() => KeccakBatch.Hash<Inputs, KeccakLane4>(new Inputs(_leaves), _hashes);

    [Benchmark]
    public void LeavesByEight() => KeccakBatch.Hash<Inputs, KeccakLane8>(new Inputs(_leaves), _hashes);
}
