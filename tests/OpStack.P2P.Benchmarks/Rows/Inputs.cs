using OpStack.Primitives.Crypto;

namespace OpStack.P2P.Benchmarks.Rows;

/// <summary>Arrays to be hashed as they are.</summary>
internal readonly struct Inputs(byte[][] items) : IKeccakInputs
{
    public int Count => items.Length;

    public int WriteHead(int index, scoped Span<byte> head) => 0;

    public ReadOnlyMemory<byte> Body(int index) => items[index];
}
