using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OpStack.Primitives.Crypto;

/// <summary>128-bit products of 64-bit words; the same time for every value.</summary>
internal static class WideProduct
{
    /// <summary>The upper half of x y.</summary>
    /// <remarks>
    /// The lower one comes from a product of its own: asking one instruction for both sends it through memory, which takes longer than to multiply
    /// twice, and asks the compiler to zero its places first.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong High(ulong x, ulong y, out ulong low)
    {
        low = x * y;
        return Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(x, y) : Math.BigMul(x, y, out _);
    }
}
