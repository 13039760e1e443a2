using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Validation of a block in units of one Keccak-256 pass of ours over its decompressed bytes (target 3), and the curve of its cost.</summary>
internal static class ValidationRows
{
    private const string Unit = "one Keccak-256 pass";

    // Beyond the message's own buffer, in bytes.
    private const int MaxAllocated = 2048;

    public static IEnumerable<Row> Create() =>
    [
        Row("Validation, 100 KB, one core", Target.TimeAtMost(2.1), () => new SignedBlock(100_000)),
        Row("Validation, 1 MB, one core", Target.TimeAtMost(1.8), () => new SignedBlock(1_000_000)),
        Row("Validation, 100 KB, two cores", Target.TimeAtMost(1.5), () => new SignedBlock(100_000, inParallel: true)) with { IsParallel = true },
        Row("Validation, 1 MB, two cores", Target.TimeAtMost(1.25), () => new SignedBlock(1_000_000, inParallel: true)) with { IsParallel = true },
        .. new[] { 1_000, 10_000, 8_000_000 }.Select(size => Row($"Validation curve, {size / 1000} KB", Target.None, () => new SignedBlock(size))),
        .. new[] { 1, 100, 1_000, 20_000 }.Select(count =>
            Row($"Validation curve, {count} transactions of 200 B", Target.None, () => SignedBlock.OfTransactions(count, 200))),
    ];

    private static Row Row(string name, Target target, Func<SignedBlock> create) => new(name, Unit, target, () =>
    {
        SignedBlock block = create();
        byte[] hash = new byte[Hash256.Size];
        return new Contest(block.Validate, () => Keccak256.Hash(block.Message, hash)) { MaxAllocated = block.Message.Length + MaxAllocated };
    });
}
