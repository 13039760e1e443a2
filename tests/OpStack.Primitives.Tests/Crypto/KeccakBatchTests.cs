using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto;

namespace OpStack.Primitives.Tests.Crypto;

/// <summary>Every width is called by name: without the registers for it the same code runs in software, so all paths are tested on any machine.</summary>
public sealed class KeccakBatchTests
{
    public static TheoryData<string> Paths => ["the machine's choice", "in turn", "four", "eight"];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Published_vectors(string path)
    {
        string[] texts = ["", "abc", "hello", "testing", "The quick brown fox jumps over the lazy dog"];
        Hash256[] expected =
        [
            Hash256.Parse("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
            Hash256.Parse("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
            Hash256.Parse("1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8"),
            Hash256.Parse("5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"),
            Hash256.Parse("4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15"),
        ];
        Assert.Equal(expected, Hash(path, new Pieces([.. texts.Select(System.Text.Encoding.ASCII.GetBytes)], 0)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_length_gives_the_hash_of_the_step_by_step_version(string path)
    {
        byte[][] items = [.. Enumerable.Range(0, 601).Select(length => Random(new Random(length), length))];
        Hash256[] expected = [.. items.Select(item => new Hash256(NaiveKeccak.Hash256(item, 0x01)))];
        Assert.Equal(expected, Hash(path, new Pieces(items, 0)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_length_of_a_head_gives_the_hash_of_the_whole(string path)
    {
        byte[][] items = [.. Enumerable.Range(0, 300).Select(length => Random(new Random(length), length))];
        for (int head = 0; head <= IKeccakInputs.MaxHeadLength; head += head < 130 ? 13 : 1)
        {
            Assert.Equal(items.Select(item => Keccak256.Hash(item)), Hash(path, new Pieces(items, head)));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Batches_of_any_count_and_mix_of_lengths_give_the_hashes_of_their_inputs(string path)
    {
        for (int seed = 0; seed < 150; seed++)
        {
            Random random = new(seed);
            int longest = random.Next(3) switch { 0 => 10, 1 => 400, _ => 4_000 };
            byte[][] items = [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => Random(random, random.Next(longest)))];
            Assert.Equal(items.Select(item => Keccak256.Hash(item)), Hash(path, new Pieces(items, random.Next(20))));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void One_long_input_among_short_ones_is_finished_alone(string path)
    {
        for (int place = 0; place < 10; place++)
        {
            byte[][] items = [.. Enumerable.Range(0, 10).Select(i => Random(new Random(i), i == place ? 20_000 : 50))];
            Assert.Equal(items.Select(item => Keccak256.Hash(item)), Hash(path, new Pieces(items, 3)));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void What_is_beyond_the_last_hash_stays(string path)
    {
        Hash256[] hashes = [.. Enumerable.Repeat(Keccak256.Hash([9]), 12)];
        Run(path, new Pieces([[1], [2], [3]], 0), hashes);
        Assert.Equal([Keccak256.Hash([1]), Keccak256.Hash([2]), Keccak256.Hash([3])], hashes[..3]);
        Assert.All(hashes[3..], hash => Assert.Equal(Keccak256.Hash([9]), hash));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_batch_allocates_nothing(string path)
    {
        Pieces inputs = new([.. Enumerable.Range(0, 100).Select(length => new byte[length * 5])], 7);
        Hash256[] hashes = new Hash256[inputs.Count];
        Assert.Equal(0, Mutations.AllocatedBy(() => Run(path, inputs, hashes)));
    }

    [Fact]
    public void Too_little_room_for_the_hashes_is_refused() =>
        Assert.Throws<ArgumentException>(() => Keccak256.HashAll(new Pieces([[1], [2]], 0), new Hash256[1]));

    [Fact]
    public void States_side_by_side_are_permuted_as_each_alone()
    {
        AssertPermutes<KeccakLane1>(values => KeccakLane1.Gather(values, 0));
        AssertPermutes<KeccakLane4>(values => KeccakLane4.Gather(values, 0));
        AssertPermutes<KeccakLane8>(values => KeccakLane8.Gather(values, 0));
    }

    private delegate T Gather<T>(ReadOnlySpan<ulong> values);

    private static void AssertPermutes<T>(Gather<T> gather)
        where T : unmanaged, IKeccakLane<T>
    {
        const int Words = Keccak256Hasher.Rate / sizeof(ulong);
        Random random = new(5);
        ulong[][] states = [.. Enumerable.Range(0, T.Width).Select(_ => new ulong[KeccakPermutation.LaneCount])];
        foreach (ulong[] state in states)
        {
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(state.AsSpan()));
        }

        T[] lanes = new T[KeccakPermutation.LaneCount];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            ulong[] blocks = new ulong[T.Width * Words];
            for (int k = 0; k < T.Width; k++)
            {
                blocks[k * Words] = states[k][lane];
            }

            lanes[lane] = gather(blocks);
        }

        KeccakPermutation.Permute<T>(lanes);
        Span<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<T, ulong>(lanes.AsSpan());
        for (int k = 0; k < T.Width; k++)
        {
            KeccakPermutation.Permute(states[k]);
            for (int lane = 0; lane < lanes.Length; lane++)
            {
                Assert.Equal(states[k][lane], words[(lane * T.Width) + k]);
            }
        }
    }

    private static Hash256[] Hash(string path, Pieces inputs)
    {
        Hash256[] hashes = new Hash256[inputs.Count];
        Run(path, inputs, hashes);
        return hashes;
    }

    private static void Run(string path, Pieces inputs, Hash256[] hashes)
    {
        switch (path)
        {
            case "in turn":
                KeccakBatch.HashInTurn(inputs, hashes);
                break;
            case "four":
                KeccakBatch.Hash<Pieces, KeccakLane4>(inputs, hashes);
                break;
            case "eight":
                KeccakBatch.Hash<Pieces, KeccakLane8>(inputs, hashes);
                break;
            default:
                Keccak256.HashAll(inputs, hashes);
                break;
        }
    }

    private static byte[] Random(Random random, int length)
    {
        byte[] data = new byte[length];
        random.NextBytes(data);
        return data;
    }

    /// <summary>Items whose first bytes are given as a head, so many as there are.</summary>
    private readonly struct Pieces(byte[][] items, int headLength) : IKeccakInputs
    {
        public int Count => items.Length;

        public int WriteHead(int index, scoped Span<byte> head)
        {
            int length = Math.Min(headLength, items[index].Length);
            items[index].AsSpan(0, length).CopyTo(head);
            return length;
        }

        public ReadOnlyMemory<byte> Body(int index) => items[index].AsMemory(Math.Min(headLength, items[index].Length));
    }
}
