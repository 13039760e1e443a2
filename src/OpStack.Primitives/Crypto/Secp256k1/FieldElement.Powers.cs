namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Powers with fixed exponents: the same multiplications for every base.</summary>
internal readonly partial struct FieldElement
{
    /// <summary>r = a^((p + 1) / 4), a square root of a; false when a has none. a has magnitude at most 14.</summary>
    internal static bool TrySquareRootVarTime(in FieldElement a, out FieldElement r)
    {
        // (p + 1) / 4 in binary: 223 ones, 0, 22 ones, 0000, 1100.
        Ladder(a, out FieldElement x2, out FieldElement x22, out FieldElement x223);
        SquareTimes(x223, 23, out FieldElement t);
        Multiply(t, x22, out t);
        SquareTimes(t, 6, out t);
        Multiply(t, x2, out t);
        SquareTimes(t, 2, out r);
        Square(r, out t);
        return EqualsVarTime(a, t);
    }

    /// <summary>xN = a^(2^N - 1), a run of N ones.</summary>
    private static void Ladder(in FieldElement a, out FieldElement x2, out FieldElement x22, out FieldElement x223)
    {
        Append(a, a, 1, out x2);
        Append(x2, a, 1, out FieldElement x3);
        Append(x3, x3, 3, out FieldElement x6);
        Append(x6, x3, 3, out FieldElement x9);
        Append(x9, x2, 2, out FieldElement x11);
        Append(x11, x11, 11, out x22);
        Append(x22, x22, 22, out FieldElement x44);
        Append(x44, x44, 44, out FieldElement x88);
        Append(x88, x88, 88, out FieldElement x176);
        Append(x176, x44, 44, out FieldElement x220);
        Append(x220, x3, 3, out x223);
    }

    /// <summary>A run of ones followed by a run of <paramref name="ones"/> more.</summary>
    private static void Append(in FieldElement run, in FieldElement next, int ones, out FieldElement r)
    {
        SquareTimes(run, ones, out FieldElement t);
        Multiply(t, next, out r);
    }

    private static void SquareTimes(in FieldElement a, int times, out FieldElement r)
    {
        Square(a, out FieldElement t);
        for (int i = 1; i < times; i++)
            Square(t, out t);
        r = t;
    }
}
