using System.Numerics;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// A batch of division steps (Bernstein and Yang, "Fast constant-time gcd computation and modular inversion", 2019) on the lowest 62
/// bits of f and g, as the matrix (u v; q r) that takes 2^62 (f, g) to its outcome. |u| + |v| and |q| + |r| are at most 2^62.
/// </summary>
internal struct DivisionSteps
{
    /// <summary>
    /// Steps of a constant-time batch. Ten batches are 590 steps: enough for any 256-bit modulus when delta begins at 1/2 (the
    /// convex-hull bound of P. Wuille's safegcd-bounds).
    /// </summary>
    internal const int ConstantTimeSteps = 59;

    internal long U, V, Q, R;

    /// <summary>
    /// <see cref="ConstantTimeSteps"/> steps in the same instructions for every f and g; <paramref name="zeta"/> is -(delta + 1/2).
    /// </summary>
    internal static DivisionSteps Next(ref long zeta, long f0, long g0)
    {
        // The three steps that are not taken leave their factor of two here, so that the matrix counts 2^62 as the other one does.
        long u = 8, v = 0, q = 0, r = 8;
        long f = f0, g = g0, z = zeta;
        for (int i = 0; i < ConstantTimeSteps; i++)
        {
            long negative = z >> 63;
            long odd = -(g & 1);

            // g odd: g = g + f, or g - f where delta is positive.
            g += ((f ^ negative) - negative) & odd;
            q += ((u ^ negative) - negative) & odd;
            r += ((v ^ negative) - negative) & odd;

            // Where delta was positive and g odd, f becomes the old g = new g + f, and delta its negative.
            long swap = negative & odd;
            z = (z ^ swap) - 1;
            f += g & swap;
            u += q & swap;
            v += r & swap;
            g >>= 1;
            u <<= 1;
            v <<= 1;
        }

        zeta = z;
        return new DivisionSteps { U = u, V = v, Q = q, R = r };
    }

    /// <summary>62 steps for public f and g, runs of zeros at once; <paramref name="eta"/> is -delta.</summary>
    internal static DivisionSteps NextVarTime(ref long eta, long f0, long g0)
    {
        long u = 1, v = 0, q = 0, r = 1;
        long f = f0, g = g0, e = eta;
        int left = 62;
        while (true)
        {
            int zeros = BitOperations.TrailingZeroCount((ulong)g | ulong.MaxValue << left);
            g >>= zeros;
            u <<= zeros;
            v <<= zeros;
            e -= zeros;
            left -= zeros;
            if (left == 0)
                break;

            if (e < 0)
            {
                e = -e;
                (f, g) = (g, -f);
                (u, q) = (q, -u);
                (v, r) = (r, -v);
            }

            // Adding f w times cancels as many low bits of g as steps pass before delta turns positive or the batch ends, at most six.
            // f (f f - 2) is -1/f modulo 2^6, f being odd.
            int bits = (int)Math.Min(Math.Min(e + 1, left), 6);
            long w = (g * f * ((f * f) - 2)) & ((1L << bits) - 1);
            g += f * w;
            q += u * w;
            r += v * w;
        }

        eta = e;
        return new DivisionSteps { U = u, V = v, Q = q, R = r };
    }
}
