using System.Runtime.Intrinsics;

namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// Four sums of public points at once, with x = X / ZZ, y = Y / ZZZ, ZZ^3 = ZZZ^2. A lane whose sum meets its own term or that term's
/// negative is lost: it ends with ZZ = 0, and stays there, which the caller finds in <see cref="Total"/>.
/// </summary>
/// <remarks>X has magnitude 5, Y 3, ZZ and ZZZ 1.</remarks>
internal struct PointLanesVarTime
{
    private FieldLanes _x, _y, _zz, _zzz;

    /// <summary>Four points to begin with; those under the mask are negated.</summary>
    internal PointLanesVarTime(
        in AffinePoint a, in AffinePoint b, in AffinePoint c, in AffinePoint d, Vector256<ulong> negative)
    {
        Read(a, b, c, d, negative, out _x, out _y);
        _zz = _zzz = FieldLanes.One;
    }

    /// <summary>Adds a point to each sum: 8M + 2S. Those under the mask are negated.</summary>
    internal void Add(in AffinePoint a, in AffinePoint b, in AffinePoint c, in AffinePoint d, Vector256<ulong> negative)
    {
        Read(a, b, c, d, negative, out FieldLanes x, out FieldLanes y);
        FieldLanes.Multiply(x, _zz, out x);
        FieldLanes.Multiply(y, _zzz, out y);
        FieldLanes.Subtract(x, _x, 5, out FieldLanes p);
        FieldLanes.Subtract(y, _y, 3, out FieldLanes r);
        FieldLanes.Square(p, out FieldLanes pp);
        FieldLanes.Multiply(pp, p, out FieldLanes ppp);
        FieldLanes.Multiply(_x, pp, out FieldLanes q);
        FieldLanes.Multiply(_zz, pp, out _zz);
        FieldLanes.Multiply(_zzz, ppp, out _zzz);
        FieldLanes.Multiply(_y, ppp, out FieldLanes yPpp);
        FieldLanes.Square(r, out FieldLanes rr);
        FieldLanes.Add(q, q, out FieldLanes twoQ);
        FieldLanes.Add(twoQ, ppp, out FieldLanes subtrahend);
        FieldLanes.Subtract(rr, subtrahend, 3, out _x);
        FieldLanes.Subtract(q, _x, 5, out q);
        FieldLanes.Multiply(r, q, out _y);
        FieldLanes.Subtract(_y, yPpp, 1, out _y);
    }

    /// <summary>The sum of the four sums. Z is 0 when that is infinity, and also when a lane was lost.</summary>
    internal readonly ConstantTimePoint Total()
    {
        // x and y over the common denominator ZZ ZZZ; products bring the magnitudes to 1.
        FieldLanes.Multiply(_x, _zzz, out FieldLanes x);
        FieldLanes.Multiply(_y, _zz, out FieldLanes y);
        FieldLanes.Multiply(_zz, _zzz, out FieldLanes z);
        var total = new ConstantTimePoint(x[0], y[0], z[0]);
        for (int lane = 1; lane < FieldLanes.Count; lane++)
            ConstantTimePoint.Add(total, new ConstantTimePoint(x[lane], y[lane], z[lane]), out total);
        return total;
    }

    private static void Read(
        in AffinePoint a, in AffinePoint b, in AffinePoint c, in AffinePoint d, Vector256<ulong> negative,
        out FieldLanes x, out FieldLanes y)
    {
        x = new FieldLanes(a.X, b.X, c.X, d.X);
        y = new FieldLanes(a.Y, b.Y, c.Y, d.Y);
        FieldLanes.Subtract(default, y, 1, out FieldLanes minusY);
        FieldLanes.Select(negative, minusY, y, out y);
    }
}
