using System.Diagnostics.CodeAnalysis;

namespace OpStack.Primitives.Crypto;

/// <summary>
/// The same lane of <see cref="Width"/> independent Keccak states side by side, and what the permutation does to it. Written once for one state
/// and for the widths of the machine's registers.
/// </summary>
internal interface IKeccakLane<T>
    where T : struct, IKeccakLane<T>
{
    /// <summary>Count of states.</summary>
    static abstract int Width { get; }

    /// <summary>The same value for every state.</summary>
    static abstract T All(ulong value);

    /// <summary>One word of every state's block; the blocks of 17 words follow each other.</summary>
    static abstract T Gather(ReadOnlySpan<ulong> blocks, int word);

    /// <summary>Exclusive or.</summary>
    static abstract T operator ^(T left, T right);

    /// <summary>Exclusive or of a column: the parity of step theta.</summary>
    static abstract T Xor(T a, T b, T c, T d, T e);

    /// <summary>Rotates by 1 to 63 bits to the left.</summary>
    static abstract T Rol(T value, [ConstantExpected(Min = 1, Max = 63)] byte count);

    /// <summary>Step chi: a ^ (~b &amp; c).</summary>
    static abstract T Chi(T a, T b, T c);
}
