using OpStack.P2P.Benchmarks.References;
using OpStack.P2P.Payloads;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Decompression of block messages, against Google's library.</summary>
internal static class SnappyRows
{
    public static IEnumerable<Row> Create() => [Decompress("100 KB", 100_000), Decompress("1 MB", 1_000_000)];

    private static Row Decompress(string name, int size) => new($"Snappy decompression, {name}", "libsnappy", Target.None, () =>
    {
        LibSnappy library = new();
        SignedBlock block = new(size);
        byte[] destination = new byte[block.Message.Length];
        return new Contest(
            () => SnappyBlock.TryDecode(block.Data, destination, out _),
            () => library.Decompress(block.Data, destination));
    });
}
