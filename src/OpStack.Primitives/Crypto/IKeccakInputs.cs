namespace OpStack.Primitives.Crypto;

/// <summary>
/// Independent inputs of <see cref="Keccak256.HashAll"/>: each a short head, written where it is hashed, and a body that is not copied before. Both
/// are asked for once per input, in order.
/// </summary>
public interface IKeccakInputs
{
    /// <summary>Longest head in bytes.</summary>
    const int MaxHeadLength = Keccak256Hasher.Rate - 1;

    /// <summary>How many inputs there are.</summary>
    int Count { get; }

    /// <summary>Writes what precedes the body; returns its length in bytes, zero when there is none.</summary>
    /// <param name="index">Which input.</param>
    /// <param name="head"><see cref="MaxHeadLength"/> bytes.</param>
    int WriteHead(int index, scoped Span<byte> head);

    /// <summary>The rest of an input; must not change while the batch is hashed.</summary>
    /// <param name="index">Which input.</param>
    ReadOnlyMemory<byte> Body(int index);
}
