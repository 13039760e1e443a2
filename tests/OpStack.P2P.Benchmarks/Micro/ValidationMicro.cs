using BenchmarkDotNet.Attributes;
using OpStack.P2P.Benchmarks.Rows;
using OpStack.P2P.Gossip;
using OpStack.P2P.Payloads;

namespace OpStack.P2P.Benchmarks.Micro;

/// <summary>The steps of a validation, each on its own.</summary>
[MemoryDiagnoser]
public class ValidationMicro
{
    private SignedBlock _block = null!;
    private byte[] _destination = [];
    private TransactionList _transactions;

    [Params(100_000, 1_000_000)]
    public int Size { get; set; }

    private ReadOnlyMemory<byte> Body => _block.Message.AsMemory(BlockSignature.Size);

    [GlobalSetup]
    public void SetUp()
    {
        _block = new SignedBlock(Size);
        _destination = new byte[_block.Message.Length];
        OpNetworkPayloadEnvelope.TryFindTransactions(PayloadVersion.V4, Body, out _transactions);
    }

    [Benchmark(Baseline = true)]
    public void PayloadPass() => PayloadHash.Compute(Body.Span);

    [Benchmark]
    public void Decompress() => SnappyBlock.TryDecode(_block.Data, _destination, out _);

    [Benchmark]
    public void Id() => MessageIds.Compute(_block.Topic, isValidSnappy: true, _block.Message);

    [Benchmark]
    public void TransactionsRoot() => OrderedTrie.Root(_transactions);

    [Benchmark]
    public void All() => _block.Validate();
}
