using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// A point in homogeneous coordinates (x = X/Z, y = Y/Z, infinity is 0:1:0) with the complete formulas of Renes, Costello and Batina
/// (EUROCRYPT 2016) for a = 0, 3b = 21. They hold for every pair of points, equal, opposite or infinite, so nothing here branches, and
/// nothing here may: secrets pass through.
/// </summary>
/// <remarks>Coordinates have magnitude at most 3.</remarks>
internal readonly struct ConstantTimePoint
{
    private const uint ThreeB = 21;

    internal readonly FieldElement X, Y, Z;

    /// <summary>A point from its coordinates.</summary>
    internal ConstantTimePoint(in FieldElement x, in FieldElement y, in FieldElement z)
    {
        X = x;
        Y = y;
        Z = z;
    }

    /// <summary>A point from its affine coordinates, of magnitude 1.</summary>
    internal ConstantTimePoint(in AffinePoint point)
        : this(point.X, point.Y, FieldElement.One)
    {
    }

    /// <summary>A public point from Jacobian coordinates: X Z : Y : Z^3.</summary>
    internal ConstantTimePoint(in JacobianPointVarTime point)
    {
        if (point.IsInfinity)
        {
            Y = FieldElement.One;
            return;
        }

        FieldElement.Multiply(point.X, point.Z, out X);
        FieldElement.Carry(point.Y, out Y);
        FieldElement.Square(point.Z, out Z);
        FieldElement.Multiply(Z, point.Z, out Z);
    }

    /// <summary>r = a + b (algorithm 7). Any arguments may be the same variable.</summary>
    internal static void Add(in ConstantTimePoint a, in ConstantTimePoint b, out ConstantTimePoint r)
    {
        FieldElement.Multiply(a.X, b.X, out FieldElement xx);
        FieldElement.Multiply(a.Y, b.Y, out FieldElement yy);
        FieldElement.Multiply(a.Z, b.Z, out FieldElement zz);
        CrossTerm(a.X, a.Y, b.X, b.Y, xx, yy, out FieldElement xy);
        CrossTerm(a.Y, a.Z, b.Y, b.Z, yy, zz, out FieldElement yz);
        CrossTerm(a.X, a.Z, b.X, b.Z, xx, zz, out FieldElement xz);
        Finish(xx, yy, zz, xy, yz, xz, out r);
    }

    /// <summary>r = a + b for an affine b (algorithm 8); a may be infinity.</summary>
    internal static void Add(in ConstantTimePoint a, in AffinePoint b, out ConstantTimePoint r)
    {
        FieldElement.Multiply(a.X, b.X, out FieldElement xx);
        FieldElement.Multiply(a.Y, b.Y, out FieldElement yy);
        CrossTerm(a.X, a.Y, b.X, b.Y, xx, yy, out FieldElement xy);
        FieldElement.Multiply(b.Y, a.Z, out FieldElement yz);
        FieldElement.Add(yz, a.Y, out yz);
        FieldElement.Multiply(b.X, a.Z, out FieldElement xz);
        FieldElement.Add(xz, a.X, out xz);
        Finish(xx, yy, a.Z, xy, yz, xz, out r);
    }

    /// <summary>r = 2a (algorithm 9).</summary>
    internal static void Double(in ConstantTimePoint a, out ConstantTimePoint r)
    {
        FieldElement.Square(a.Y, out FieldElement yy);
        FieldElement.Square(a.Z, out FieldElement zz);
        FieldElement.Multiply(a.Y, a.Z, out FieldElement yz);
        FieldElement.Multiply(a.X, a.Y, out FieldElement xy);
        FieldElement.Scale(zz, ThreeB, out zz);
        FieldElement.Carry(zz, out zz);
        FieldElement.Scale(yy, 8, out FieldElement eightYy);
        FieldElement.Scale(zz, 3, out FieldElement threeZz);
        FieldElement.Subtract(yy, threeZz, 3, out FieldElement difference);
        FieldElement.Add(yy, zz, out FieldElement sum);

        FieldElement.Multiply(difference, xy, out FieldElement x);
        FieldElement.Add(x, x, out x);
        FieldElement.Multiply(zz, eightYy, out FieldElement y);
        FieldElement.Multiply(difference, sum, out FieldElement product);
        FieldElement.Add(y, product, out y);
        FieldElement.Multiply(yz, eightYy, out FieldElement z);
        r = new ConstantTimePoint(x, y, z);
    }

    /// <summary>r = -a where the mask is all ones, a where it is zero.</summary>
    internal static void NegateMasked(in ConstantTimePoint a, ulong mask, out ConstantTimePoint r)
    {
        FieldElement.Negate(a.Y, 3, out FieldElement y);
        FieldElement.Select(mask, y, a.Y, out y);
        FieldElement.Carry(y, out y);
        r = new ConstantTimePoint(a.X, y, a.Z);
    }

    /// <summary>r = a where the mask is all ones, b where it is zero.</summary>
    internal static void Select(ulong mask, in ConstantTimePoint a, in ConstantTimePoint b, out ConstantTimePoint r)
    {
        FieldElement.Select(mask, a.X, b.X, out FieldElement x);
        FieldElement.Select(mask, a.Y, b.Y, out FieldElement y);
        FieldElement.Select(mask, a.Z, b.Z, out FieldElement z);
        r = new ConstantTimePoint(x, y, z);
    }

    /// <summary>The entry of <paramref name="table"/> at a secret index: every entry is read.</summary>
    internal static void Lookup(ReadOnlySpan<ConstantTimePoint> table, ulong index, out ConstantTimePoint r)
    {
        FieldElement x = default, y = default, z = default;
        for (int i = 0; i < table.Length; i++)
        {
            ulong mask = SignedWindows.EqualMask((ulong)i, index);
            FieldElement.AccumulateMasked(ref x, table[i].X, mask);
            FieldElement.AccumulateMasked(ref y, table[i].Y, mask);
            FieldElement.AccumulateMasked(ref z, table[i].Z, mask);
        }

        r = new ConstantTimePoint(x, y, z);
    }

    /// <summary>The image λ (x, y) = (β x, y).</summary>
    internal static void ApplyEndomorphism(in ConstantTimePoint a, out ConstantTimePoint r)
    {
        FieldElement.Multiply(a.X, EndomorphismSplit.Beta, out FieldElement x);
        r = new ConstantTimePoint(x, a.Y, a.Z);
    }

    /// <summary>Overwrites a secret point.</summary>
    internal static void Clear(ref ConstantTimePoint secret) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<ConstantTimePoint>(ref secret)));

    /// <summary>a1 b2 + a2 b1, given the products a1 b1 and a2 b2: magnitude 4.</summary>
    private static void CrossTerm(
        in FieldElement a1, in FieldElement a2, in FieldElement b1, in FieldElement b2,
        in FieldElement product1, in FieldElement product2, out FieldElement r)
    {
        FieldElement.Add(a1, a2, out FieldElement a);
        FieldElement.Add(b1, b2, out FieldElement b);
        FieldElement.Multiply(a, b, out r);
        FieldElement.Add(product1, product2, out FieldElement products);
        FieldElement.Subtract(r, products, 2, out r);
    }

    /// <summary>The common second half of both additions, from the products and cross terms of their coordinates.</summary>
    private static void Finish(
        in FieldElement xx, in FieldElement yy, in FieldElement zz,
        in FieldElement xy, in FieldElement yz, in FieldElement xz, out ConstantTimePoint r)
    {
        FieldElement.Scale(xx, 3, out FieldElement threeXx);
        FieldElement.Scale(zz, ThreeB, out FieldElement bZz);
        FieldElement.Carry(bZz, out bZz);
        FieldElement.Scale(xz, ThreeB, out FieldElement bXz);
        FieldElement.Carry(bXz, out bXz);
        FieldElement.Add(yy, bZz, out FieldElement sum);
        FieldElement.Subtract(yy, bZz, 1, out FieldElement difference);

        FieldElement.Multiply(xy, difference, out FieldElement x);
        FieldElement.Multiply(yz, bXz, out FieldElement product);
        FieldElement.Subtract(x, product, 1, out x);
        FieldElement.Multiply(difference, sum, out FieldElement y);
        FieldElement.Multiply(bXz, threeXx, out product);
        FieldElement.Add(y, product, out y);
        FieldElement.Multiply(sum, yz, out FieldElement z);
        FieldElement.Multiply(threeXx, xy, out product);
        FieldElement.Add(z, product, out z);
        r = new ConstantTimePoint(x, y, z);
    }
}
