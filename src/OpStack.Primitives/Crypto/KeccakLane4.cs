using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpStack.Primitives.Crypto;

/// <summary>A lane of four states: AVX2, or any machine in software.</summary>
internal readonly struct KeccakLane4(Vector256<ulong> value) : IKeccakLane<KeccakLane4>
{
    private readonly Vector256<ulong> _value = value;

    public static int Width => Vector256<ulong>.Count;

    public static KeccakLane4 All(ulong value) => new(Vector256.Create(value));

    public static KeccakLane4 Gather(ReadOnlySpan<ulong> blocks, int word)
    {
        const int Words = Keccak256Hasher.Rate / sizeof(ulong);
        ReadOnlySpan<ulong> b = blocks[word..(word + (3 * Words) + 1)];
        return new(Vector256.Create(b[0], b[Words], b[2 * Words], b[3 * Words]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane4 operator ^(KeccakLane4 left, KeccakLane4 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane4 Xor(KeccakLane4 a, KeccakLane4 b, KeccakLane4 c, KeccakLane4 d, KeccakLane4 e) => a ^ b ^ c ^ d ^ e;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane4 Rol(KeccakLane4 value, [ConstantExpected(Min = 1, Max = 63)] byte count) =>
        new(Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateLeft(value._value, count)
            : (value._value << count) | (value._value >>> (64 - count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane4 Chi(KeccakLane4 a, KeccakLane4 b, KeccakLane4 c) => new(a._value ^ Vector256.AndNot(c._value, b._value));
}
