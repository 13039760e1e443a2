using System.Runtime.CompilerServices;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// 1/x modulo an odd prime by division steps: f and g run from the modulus and x to ±1 and 0 while d and e keep f = d x, g = e x.
/// </summary>
internal sealed class ModularInverse
{
    private const int ConstantTimeBatches = 10;

    private readonly Signed62 _modulus;
    private readonly ulong _inverse;

    /// <summary>For the modulus in four 64-bit words, least significant first.</summary>
    internal ModularInverse(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        _modulus = new Signed62(w0, w1, w2, w3);

        // 1/modulus modulo 2^64: Newton's iteration doubles the five bits that 3 m ^ 2 gets right.
        _inverse = (3 * w0) ^ 2;
        for (int i = 0; i < 4; i++)
            _inverse *= 2 - (w0 * _inverse);
    }

    /// <summary>x = 1/x, or 0 for 0, in the same time for every x, which is in 0..modulus - 1.</summary>
    internal void Invert(ref Signed62 x)
    {
        Signed62 d = default, e = new(1, 0, 0, 0), f = _modulus, g = x;
        long zeta = -1;
        for (int i = 0; i < ConstantTimeBatches; i++)
        {
            DivisionSteps steps = DivisionSteps.Next(ref zeta, f.V0, g.V0);
            Combine(steps, ref d, ref e, _modulus, _inverse);
            Combine(steps, ref f, ref g);
        }

        Finish(d, f.SignMask, out x);
        Signed62.Clear(ref d);
        Signed62.Clear(ref e);
        Signed62.Clear(ref g);
    }

    /// <summary>The same for a public x: done as soon as g is 0.</summary>
    internal void InvertVarTime(ref Signed62 x)
    {
        Signed62 d = default, e = new(1, 0, 0, 0), f = _modulus, g = x;
        long eta = -1;
        while (!g.IsZeroVarTime)
        {
            DivisionSteps steps = DivisionSteps.NextVarTime(ref eta, f.V0, g.V0);
            Combine(steps, ref d, ref e, _modulus, _inverse);
            Combine(steps, ref f, ref g);
        }

        Finish(d, f.SignMask, out x);
    }

    /// <summary>The inverse is d with the sign of f; d is in -2 modulus + 1..modulus - 1.</summary>
    private void Finish(in Signed62 d, long fSign, out Signed62 x)
    {
        x = d;
        x.AddMasked(_modulus, x.SignMask);
        x.NegateMasked(fSign);
        x.AddMasked(_modulus, x.SignMask);
    }

    /// <summary>(f, g) = matrix (f, g) / 2^62, which is exact.</summary>
    private static void Combine(in DivisionSteps steps, ref Signed62 f, ref Signed62 g)
    {
        Wide a = default, b = default;
        a.Add(steps.U, f.V0, steps.V, g.V0);
        b.Add(steps.Q, f.V0, steps.R, g.V0);
        a.Shift();
        b.Shift();
        a.Add(steps.U, f.V1, steps.V, g.V1);
        b.Add(steps.Q, f.V1, steps.R, g.V1);
        f.V0 = a.Shift();
        g.V0 = b.Shift();
        a.Add(steps.U, f.V2, steps.V, g.V2);
        b.Add(steps.Q, f.V2, steps.R, g.V2);
        f.V1 = a.Shift();
        g.V1 = b.Shift();
        a.Add(steps.U, f.V3, steps.V, g.V3);
        b.Add(steps.Q, f.V3, steps.R, g.V3);
        f.V2 = a.Shift();
        g.V2 = b.Shift();
        a.Add(steps.U, f.V4, steps.V, g.V4);
        b.Add(steps.Q, f.V4, steps.R, g.V4);
        f.V3 = a.Shift();
        g.V3 = b.Shift();
        f.V4 = (long)a.Low;
        g.V4 = (long)b.Low;
    }

    /// <summary>
    /// (d, e) = matrix (d, e) / 2^62 modulo the modulus, a multiple of which makes the division exact; both stay between -2 modulus and
    /// modulus.
    /// </summary>
    private static void Combine(in DivisionSteps steps, ref Signed62 d, ref Signed62 e, in Signed62 modulus, ulong inverse)
    {
        // Once for each negative operand, which brings the sum up into the range, then what clears the lowest 62 bits.
        long dSign = d.SignMask, eSign = e.SignMask;
        long m = (steps.U & dSign) + (steps.V & eSign), n = (steps.Q & dSign) + (steps.R & eSign);
        Wide a = default, b = default;
        a.Add(steps.U, d.V0, steps.V, e.V0);
        b.Add(steps.Q, d.V0, steps.R, e.V0);
        m -= (long)(((inverse * a.Low) + (ulong)m) & Signed62.Mask);
        n -= (long)(((inverse * b.Low) + (ulong)n) & Signed62.Mask);
        a.Add(modulus.V0, m);
        b.Add(modulus.V0, n);
        a.Shift();
        b.Shift();
        a.Add(steps.U, d.V1, steps.V, e.V1);
        b.Add(steps.Q, d.V1, steps.R, e.V1);
        a.Add(modulus.V1, m);
        b.Add(modulus.V1, n);
        d.V0 = a.Shift();
        e.V0 = b.Shift();
        a.Add(steps.U, d.V2, steps.V, e.V2);
        b.Add(steps.Q, d.V2, steps.R, e.V2);
        a.Add(modulus.V2, m);
        b.Add(modulus.V2, n);
        d.V1 = a.Shift();
        e.V1 = b.Shift();
        a.Add(steps.U, d.V3, steps.V, e.V3);
        b.Add(steps.Q, d.V3, steps.R, e.V3);
        a.Add(modulus.V3, m);
        b.Add(modulus.V3, n);
        d.V2 = a.Shift();
        e.V2 = b.Shift();
        a.Add(steps.U, d.V4, steps.V, e.V4);
        b.Add(steps.Q, d.V4, steps.R, e.V4);
        a.Add(modulus.V4, m);
        b.Add(modulus.V4, n);
        d.V3 = a.Shift();
        e.V3 = b.Shift();
        d.V4 = (long)a.Low;
        e.V4 = (long)b.Low;
    }

    /// <summary>A signed sum of products below 2^127.</summary>
    private struct Wide
    {
        internal ulong Low;
        private long _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Add(long a, long b)
        {
            long high = Math.BigMul(a, b, out long product);
            ulong low = (ulong)product, sum = Low + low;

            // The carry comes from the sign bits: a comparison may compile to a branch.
            _high += high + (long)(((Low & low) | ((Low | low) & ~sum)) >> 63);
            Low = sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Add(long a, long b, long c, long d)
        {
            Add(a, b);
            Add(c, d);
        }

        /// <summary>Takes off the lowest 62 bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal long Shift()
        {
            long limb = (long)(Low & Signed62.Mask);
            Low = Low >> 62 | (ulong)_high << 2;
            _high >>= 62;
            return limb;
        }
    }
}
