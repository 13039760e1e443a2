namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>A point prepared to be added: Y + X, Y - X, Z and 2d T.</summary>
internal readonly struct CachedPoint(in FieldElement25519 yPlusX, in FieldElement25519 yMinusX, in FieldElement25519 z, in FieldElement25519 tTwiceD)
{
    public readonly FieldElement25519 YPlusX = yPlusX;
    public readonly FieldElement25519 YMinusX = yMinusX;
    public readonly FieldElement25519 Z = z;
    public readonly FieldElement25519 TTwiceD = tTwiceD;

    /// <summary>The same point with the other sign.</summary>
    public CachedPoint Negate() => new(YMinusX, YPlusX, Z, -TTwiceD);

    /// <summary><paramref name="b"/> when <paramref name="mask"/> is all ones, <paramref name="a"/> when it is zero, in constant time.</summary>
    public static CachedPoint Select(in CachedPoint a, in CachedPoint b, ulong mask) => new(
        FieldElement25519.Select(a.YPlusX, b.YPlusX, mask),
        FieldElement25519.Select(a.YMinusX, b.YMinusX, mask),
        FieldElement25519.Select(a.Z, b.Z, mask),
        FieldElement25519.Select(a.TTwiceD, b.TTwiceD, mask));
}
