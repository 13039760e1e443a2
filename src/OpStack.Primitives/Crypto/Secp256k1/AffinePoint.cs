using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>A point of y^2 = x^3 + 7 by its coordinates, normalized unless said otherwise; never infinity.</summary>
internal readonly struct AffinePoint
{
    internal readonly FieldElement X, Y;

    internal AffinePoint(in FieldElement x, in FieldElement y)
    {
        X = x;
        Y = y;
    }

    /// <summary>The generator (SEC 2, section 2.4.1).</summary>
    internal static AffinePoint Generator => new(
        FieldElement.FromLimbs(0x2815B16F81798, 0xDB2DCE28D959F, 0xE870B07029BFC, 0xBBAC55A06295C, 0x079BE667EF9DC),
        FieldElement.FromLimbs(0x7D08FFB10D4B8, 0x48A68554199C4, 0xE1108A8FD17B4, 0xC4655DA4FBFC0, 0x0483ADA7726A3));

    /// <summary>The affine form of a finite point, in the same time for all.</summary>
    internal static AffinePoint From(in ConstantTimePoint point)
    {
        FieldElement.Invert(point.Z, out FieldElement inverse);
        return Scale(point, inverse);
    }

    /// <summary>The same for a public point.</summary>
    internal static AffinePoint FromVarTime(in ConstantTimePoint point)
    {
        FieldElement.InvertVarTime(point.Z, out FieldElement inverse);
        return Scale(point, inverse);
    }

    /// <summary>The affine forms of finite points at the price of one inversion (Montgomery's trick).</summary>
    internal static AffinePoint[] FromAll(ReadOnlySpan<ConstantTimePoint> points)
    {
        // prefixes[i] is the product of the Z before i.
        var prefixes = new FieldElement[points.Length];
        FieldElement product = FieldElement.One;
        for (int i = 0; i < points.Length; i++)
        {
            prefixes[i] = product;
            FieldElement.Multiply(product, points[i].Z, out product);
        }

        FieldElement.Invert(product, out FieldElement inverse);
        var result = new AffinePoint[points.Length];
        for (int i = points.Length - 1; i >= 0; i--)
        {
            FieldElement.Multiply(inverse, prefixes[i], out FieldElement own);
            FieldElement.Multiply(inverse, points[i].Z, out inverse);
            result[i] = Scale(points[i], own);
        }

        return result;
    }

    /// <summary>x^3 + 7, of magnitude 2, for x of magnitude 1.</summary>
    internal static void CurveEquation(in FieldElement x, out FieldElement ySquared)
    {
        FieldElement.Square(x, out FieldElement t);
        FieldElement.Multiply(t, x, out t);
        FieldElement.Add(t, new FieldElement(7), out ySquared);
    }

    /// <summary>The point with this x and this parity of y; false when there is none. For public points.</summary>
    internal static bool TryLiftVarTime(in FieldElement x, bool odd, out AffinePoint point)
    {
        CurveEquation(x, out FieldElement ySquared);
        bool exists = FieldElement.TrySquareRootVarTime(ySquared, out FieldElement y);
        FieldElement.Normalize(y, out y);
        if ((y.OddBit == 1) != odd)
        {
            FieldElement.Negate(y, 1, out y);
            FieldElement.Normalize(y, out y);
        }

        point = new AffinePoint(x, y);
        return exists;
    }

    /// <summary>Overwrites a secret point.</summary>
    internal static void Clear(ref AffinePoint secret) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<AffinePoint>(ref secret)));

    private static AffinePoint Scale(in ConstantTimePoint point, in FieldElement inverse)
    {
        FieldElement.Multiply(point.X, inverse, out FieldElement x);
        FieldElement.Multiply(point.Y, inverse, out FieldElement y);
        FieldElement.Normalize(x, out x);
        FieldElement.Normalize(y, out y);
        return new AffinePoint(x, y);
    }
}
