using OpStack.P2P.Payloads;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Validation of a block in units of one Keccak-256 pass of ours over its decompressed bytes (target 3), and the curve of its cost.</summary>
internal static class ValidationRows
{
    private const string Unit = "one Keccak-256 pass";

    // Beyond the message's own buffer, in bytes.
    private const int MaxAllocated = 2048;
    private const int WarmUp = 50;
    private const int MinRounds = 15;

    public static IEnumerable<Row> Create() =>
    [
        Row("Validation, 100 KB, one core", Target.TimeAtMost(2.1), () => new SignedBlock(100_000)),
        Row("Validation, 1 MB, one core", Target.TimeAtMost(1.8), () => new SignedBlock(1_000_000)),
        Row("Validation, 100 KB, two cores", Target.TimeAtMost(1.5), () => new SignedBlock(100_000, inParallel: true)) with { IsParallel = true },
        Row("Validation, 1 MB, two cores", Target.TimeAtMost(1.25), () => new SignedBlock(1_000_000, inParallel: true)) with { IsParallel = true },
        Path("Validation, 100 KB, longest path of two cores", Target.TimeAtMost(1.5), 100_000),
        Path("Validation, 1 MB, longest path of two cores", Target.TimeAtMost(1.25), 1_000_000),
        .. new[] { 1_000, 10_000, 8_000_000 }.Select(size => Row($"Validation curve, {size / 1000} KB", Target.None, () => new SignedBlock(size))),
        .. new[] { 1, 100, 1_000, 20_000 }.Select(count =>
            Row($"Validation curve, {count} transactions of 200 B", Target.None, () => SignedBlock.OfTransactions(count, 200))),
    ];

    /// <summary>
    /// What two cores take that are there at once, from the processor time of the parts: wall time tells that only on a machine that has nothing else to do.
    /// One core decompresses, computes id and root and then what follows the hash; the other hashes.
    /// </summary>
    private static Row Path(string name, Target target, int size) => Benchmarks.Row.Measured(name, Unit, target, budget =>
    {
        SignedBlock block = new(size);
        ReadOnlyMemory<byte> body = block.Message.AsMemory(BlockSignature.Size);
        OpNetworkPayloadEnvelope.TryFindTransactions(PayloadVersion.V4, body, out TransactionList transactions);
        byte[] hash = new byte[Hash256.Size];
        List<double> paths = [];
        List<double> passes = [];
        long end = Clocks.Wall() + (long)budget.TotalNanoseconds;
        for (int round = -WarmUp; round < MinRounds || Clocks.Wall() < end; round++)
        {
            double whole = TimeOf(block.Validate);
            double decoding = TimeOf(() => block.Handler.Decode(block.Topic, block.Data));
            double root = TimeOf(() => OrderedTrie.Root(transactions));
            double pass = TimeOf(() => Keccak256.Hash(body.Span, hash));
            if (round >= 0)
            {
                paths.Add(Math.Max(decoding + root, pass) + whole - decoding - root - pass);
                passes.Add(pass);
            }
        }

        return new Samples(paths, passes);
    });

    private static double TimeOf(Action action)
    {
        long begin = Clocks.Thread();
        action();
        return Clocks.Thread() - begin;
    }

    private static Row Row(string name, Target target, Func<SignedBlock> create) => new(name, Unit, target, () =>
    {
        SignedBlock block = create();
        byte[] hash = new byte[Hash256.Size];
        return new Contest(block.Validate, () => Keccak256.Hash(block.Message, hash)) { MaxAllocated = block.Message.Length + MaxAllocated };
    });
}
