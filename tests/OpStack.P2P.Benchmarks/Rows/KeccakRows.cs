using OpStack.P2P.Benchmarks.References;
using OpStack.Primitives;
using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Keccak-256, against the SHA3-256 of OpenSSL: the same permutation and the same rate (target 2).</summary>
internal static class KeccakRows
{
    private const string Reference = "OpenSSL SHA3-256";
    private const double OneStream = 0.8;
    private const double ManyLeaves = 2;
    private const int Leaves = 256;

    public static IEnumerable<Row> Create() =>
    [
        Stream("1 KB", 1_000),
        Stream("100 KB", 100_000),
        Stream("1 MB", 1_000_000),
        Batch("256 leaves of 110 B", 110, 110),
        Batch("256 leaves of 100-800 B", 100, 800),
        Batch("256 leaves of 120-4,000 B", 120, 4_000),
    ];

    private static Row Stream(string size, int length) => new($"Keccak-256, one stream, {size}", Reference, Target.SpeedAtLeast(OneStream), () =>
    {
        OpenSsl openSsl = new();
        byte[] data = Noise(new Random(1), length);
        byte[] hash = new byte[Hash256.Size];
        return new Contest(() => Keccak256.Hash(data, hash), () => openSsl.Sha3(data, hash));
    });

    private static Row Batch(string name, int shortest, int longest) => new($"Keccak-256, {name}", Reference, Target.SpeedAtLeast(ManyLeaves), () =>
    {
        OpenSsl openSsl = new();
        Random random = new(1);
        byte[][] leaves = [.. Enumerable.Range(0, Leaves).Select(_ => Noise(random, random.Next(shortest, longest + 1)))];
        Hash256[] hashes = new Hash256[Leaves];
        byte[] hash = new byte[Hash256.Size];
        return new Contest(
            () => Keccak256.HashAll(new Inputs(leaves), hashes),
            () =>
            {
                foreach (byte[] leaf in leaves)
                {
                    openSsl.Sha3(leaf, hash);
                }
            });
    });

    private static byte[] Noise(Random random, int length)
    {
        byte[] data = new byte[length];
        random.NextBytes(data);
        return data;
    }
}
