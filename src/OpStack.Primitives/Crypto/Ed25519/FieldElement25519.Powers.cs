namespace OpStack.Primitives.Crypto.Ed25519;

internal readonly partial struct FieldElement25519
{
    /// <summary>A square root of -1: 2^((p-1)/4).</summary>
    public static readonly FieldElement25519 SquareRootOfMinusOne = FromUInt32(2).PowPMinus5Over8().Square() * FromUInt32(2);

    /// <summary>The inverse, a^(p-2); zero for zero.</summary>
    public FieldElement25519 Invert()
    {
        // p - 2 = 2^255 - 21 = 2^5 * (2^250 - 1) + 11
        FieldElement25519 run = PowTwoTo250Minus1(out FieldElement25519 pow11);
        return run.SquareTimes(5) * pow11;
    }

    /// <summary>a^((p-5)/8), the heart of a square root (RFC 8032 section 5.1.3).</summary>
    public FieldElement25519 PowPMinus5Over8()
    {
        // (p - 5) / 8 = 2^252 - 3 = 2^2 * (2^250 - 1) + 1
        return PowTwoTo250Minus1(out _).SquareTimes(2) * this;
    }

    /// <summary>
    /// A square root of numerator / denominator: false when there is none. For public values: the branch shows which root was taken.
    /// </summary>
    public static bool TrySquareRootOfRatio(in FieldElement25519 numerator, in FieldElement25519 denominator, out FieldElement25519 root)
    {
        // RFC 8032 section 5.1.3, steps 2 and 3: u * v^3 * (u * v^7)^((p-5)/8).
        FieldElement25519 cubed = denominator.Square() * denominator;
        FieldElement25519 seventh = cubed.Square() * denominator;
        root = numerator * cubed * (numerator * seventh).PowPMinus5Over8();

        FieldElement25519 check = denominator * root.Square();
        if ((check - numerator).IsZero)
            return true;

        root *= SquareRootOfMinusOne;
        return (check + numerator).IsZero;
    }

    // The exponent is a run of 250 ones: runs are doubled by squaring one past the other.
    private FieldElement25519 PowTwoTo250Minus1(out FieldElement25519 pow11)
    {
        FieldElement25519 pow2 = Square();
        FieldElement25519 pow9 = pow2.SquareTimes(2) * this;
        pow11 = pow9 * pow2;

        FieldElement25519 ones5 = pow11.Square() * pow9;
        FieldElement25519 ones10 = ones5.SquareTimes(5) * ones5;
        FieldElement25519 ones20 = ones10.SquareTimes(10) * ones10;
        FieldElement25519 ones40 = ones20.SquareTimes(20) * ones20;
        FieldElement25519 ones50 = ones40.SquareTimes(10) * ones10;
        FieldElement25519 ones100 = ones50.SquareTimes(50) * ones50;
        FieldElement25519 ones200 = ones100.SquareTimes(100) * ones100;
        return ones200.SquareTimes(50) * ones50;
    }

    private FieldElement25519 SquareTimes(int count)
    {
        FieldElement25519 result = this;
        for (int i = 0; i < count; i++)
            result = result.Square();
        return result;
    }
}
