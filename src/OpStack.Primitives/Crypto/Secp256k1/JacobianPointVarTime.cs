namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>
/// An accumulator in Jacobian coordinates (x = X/Z^2, y = Y/Z^3) whose formulas branch on the cases they cannot handle: for public
/// points only.
/// </summary>
/// <remarks>X and Y have magnitude at most 10, Z at most 2.</remarks>
internal struct JacobianPointVarTime
{
    internal FieldElement X, Y, Z;
    internal bool IsInfinity;

    /// <summary>An affine point, of magnitude at most 2.</summary>
    internal JacobianPointVarTime(in AffinePoint point)
    {
        X = point.X;
        Y = point.Y;
        Z = FieldElement.One;
        IsInfinity = false;
    }

    /// <summary>The point at infinity.</summary>
    internal static JacobianPointVarTime Infinity => new() { IsInfinity = true };

    /// <summary>Doubles in place: 3M + 4S. The group has odd order, so only infinity doubles to infinity.</summary>
    internal void Double()
    {
        if (IsInfinity)
            return;
        FieldElement.Square(X, out FieldElement a);
        FieldElement.Square(Y, out FieldElement b);
        FieldElement.Square(b, out FieldElement c);
        FieldElement.Multiply(X, b, out FieldElement d);
        FieldElement.Multiply(Y, Z, out Z);
        FieldElement.Add(Z, Z, out Z);
        FieldElement.Scale(d, 4, out d);
        FieldElement.Scale(a, 3, out FieldElement e);
        FieldElement.Square(e, out FieldElement f);
        FieldElement.Add(d, d, out FieldElement twoD);
        FieldElement.Subtract(f, twoD, 8, out X);
        FieldElement.Subtract(d, X, 10, out d);
        FieldElement.Multiply(e, d, out Y);
        FieldElement.Scale(c, 8, out c);
        FieldElement.Subtract(Y, c, 8, out Y);
    }

    /// <summary>Adds an affine point of magnitude 1, or its negative, in place; this may be infinity.</summary>
    internal void Add(in AffinePoint point, bool negative)
    {
        AffinePoint term = point;
        if (negative)
        {
            FieldElement.Negate(point.Y, 1, out FieldElement y);
            term = new AffinePoint(point.X, y);
        }

        if (IsInfinity)
            this = new JacobianPointVarTime(term);
        else
            Add(term, out _);
    }

    /// <summary>Adds an affine point in place: 8M + 3S. This must not be infinity.</summary>
    /// <param name="point">The point, with coordinates of magnitude at most 2.</param>
    /// <param name="ratio">What Z was multiplied by; zero in the exceptional cases.</param>
    internal void Add(in AffinePoint point, out FieldElement ratio)
    {
        FieldElement.Square(Z, out FieldElement zz);
        FieldElement.Multiply(point.X, zz, out FieldElement u);
        FieldElement.Multiply(zz, Z, out FieldElement zzz);
        FieldElement.Multiply(point.Y, zzz, out FieldElement s);
        FieldElement.Subtract(u, X, 10, out FieldElement h);
        FieldElement.Subtract(s, Y, 10, out FieldElement r);
        ratio = h;
        if (FieldElement.IsZeroVarTime(h))
        {
            if (FieldElement.IsZeroVarTime(r))
                Double();
            else
                IsInfinity = true;
            return;
        }

        FieldElement.Square(h, out FieldElement hh);
        FieldElement.Multiply(hh, h, out FieldElement hhh);
        FieldElement.Multiply(X, hh, out FieldElement v);
        FieldElement.Multiply(Y, hhh, out FieldElement yhhh);
        FieldElement.Multiply(Z, h, out Z);
        FieldElement.Square(r, out FieldElement rr);
        FieldElement.Add(v, v, out FieldElement twoV);
        FieldElement.Add(twoV, hhh, out FieldElement subtrahend);
        FieldElement.Subtract(rr, subtrahend, 3, out X);
        FieldElement.Subtract(v, X, 5, out v);
        FieldElement.Multiply(r, v, out Y);
        FieldElement.Subtract(Y, yhhh, 1, out Y);
    }
}
