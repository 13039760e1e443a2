using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpStack.Primitives.Crypto;

/// <summary>A lane of eight states: AVX-512, or any machine in software.</summary>
internal readonly struct KeccakLane8(Vector512<ulong> value) : IKeccakLane<KeccakLane8>
{
    private readonly Vector512<ulong> _value = value;

    public static int Width => Vector512<ulong>.Count;

    public static KeccakLane8 All(ulong value) => new(Vector512.Create(value));

    public static KeccakLane8 Gather(ReadOnlySpan<ulong> blocks, int word)
    {
        const int Words = Keccak256Hasher.Rate / sizeof(ulong);
        ReadOnlySpan<ulong> b = blocks[word..(word + (7 * Words) + 1)];
        return new(Vector512.Create(b[0], b[Words], b[2 * Words], b[3 * Words], b[4 * Words], b[5 * Words], b[6 * Words], b[7 * Words]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane8 operator ^(KeccakLane8 left, KeccakLane8 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane8 Xor(KeccakLane8 a, KeccakLane8 b, KeccakLane8 c, KeccakLane8 d, KeccakLane8 e) => a ^ b ^ c ^ d ^ e;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane8 Rol(KeccakLane8 value, [ConstantExpected(Min = 1, Max = 63)] byte count) =>
        new(Avx512F.IsSupported
            ? Avx512F.RotateLeft(value._value, count)
            : (value._value << count) | (value._value >>> (64 - count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeccakLane8 Chi(KeccakLane8 a, KeccakLane8 b, KeccakLane8 c) => new(a._value ^ Vector512.AndNot(c._value, b._value));
}
