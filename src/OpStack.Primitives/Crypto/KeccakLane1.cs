using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto;

/// <summary>A lane of one state.</summary>
internal readonly struct KeccakLane1(ulong value) : IKeccakLane<KeccakLane1>
{
    private readonly ulong _value = value;

    public static int Width => 1;

    public static KeccakLane1 All(ulong value) => new(value);

    public static KeccakLane1 Gather(ReadOnlySpan<ulong> blocks, int word) => new(blocks[word]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane1 operator ^(KeccakLane1 left, KeccakLane1 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane1 Xor(KeccakLane1 a, KeccakLane1 b, KeccakLane1 c, KeccakLane1 d, KeccakLane1 e) => a ^ b ^ c ^ d ^ e;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane1 Rol(KeccakLane1 value, [ConstantExpected(Min = 1, Max = 63)] byte count) =>
        new(BitOperations.RotateLeft(value._value, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane1 Chi(KeccakLane1 a, KeccakLane1 b, KeccakLane1 c) => new(a._value ^ (~b._value & c._value));
}
