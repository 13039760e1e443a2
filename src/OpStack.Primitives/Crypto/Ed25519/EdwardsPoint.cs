namespace OpStack.Primitives.Crypto.Ed25519;

/// <summary>A point of edwards25519 in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z (RFC 8032 section 5.1.4). Constant time but for <see cref="TryDecode"/>.</summary>
internal readonly struct EdwardsPoint
{
    /// <summary>Length of the encoding in bytes.</summary>
    public const int Size = 32;

    private readonly FieldElement25519 _x;
    private readonly FieldElement25519 _y;
    private readonly FieldElement25519 _z;
    private readonly FieldElement25519 _t;

    // d of the curve's equation, -121665/121666. Declared before what is computed from it.
    private static readonly FieldElement25519 D = -FieldElement25519.FromUInt32(121665) * FieldElement25519.FromUInt32(121666).Invert();
    private static readonly FieldElement25519 TwiceD = D.Times(2);

    private EdwardsPoint(in FieldElement25519 x, in FieldElement25519 y, in FieldElement25519 z, in FieldElement25519 t) =>
        (_x, _y, _z, _t) = (x, y, z, t);

    /// <summary>The neutral element.</summary>
    public static EdwardsPoint Identity => new(FieldElement25519.Zero, FieldElement25519.One, FieldElement25519.One, FieldElement25519.Zero);

    /// <summary>The generator: the point of even x with y = 4/5.</summary>
    public static EdwardsPoint Base { get; } = CreateBase();

    /// <summary>True when eight times this is the neutral element.</summary>
    public bool IsSmallOrder
    {
        get
        {
            EdwardsPoint eightfold = Double().Double().Double();
            return eightfold._x.IsZero & (eightfold._y - eightfold._z).IsZero;
        }
    }

    /// <summary>
    /// Decodes 32 bytes (RFC 8032 section 5.1.3); false unless they are the one encoding of a point: y reduced, and no sign on x = 0.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out EdwardsPoint point)
    {
        point = Identity;
        int sign = bytes[31] >> 7;
        FieldElement25519 y = FieldElement25519.FromBytes(bytes);
        Span<byte> reduced = stackalloc byte[Size];
        y.WriteTo(reduced);
        reduced[31] |= (byte)(sign << 7);
        if (!reduced.SequenceEqual(bytes))
            return false;

        FieldElement25519 yy = y.Square();
        if (!FieldElement25519.TrySquareRootOfRatio(yy - FieldElement25519.One, (D * yy) + FieldElement25519.One, out FieldElement25519 x))
            return false;
        if (x.IsZero && sign == 1)
            return false;

        if (x.Parity != sign)
            x = -x;
        point = new EdwardsPoint(x, y, FieldElement25519.One, x * y);
        return true;
    }

    /// <summary>Encodes into 32 bytes (RFC 8032 section 5.1.2).</summary>
    public void Encode(Span<byte> destination)
    {
        FieldElement25519 inverse = _z.Invert();
        (_y * inverse).WriteTo(destination);
        destination[31] |= (byte)((_x * inverse).Parity << 7);
    }

    /// <summary>The u coordinate of the same point on the Montgomery curve: (Z + Y) / (Z - Y) (RFC 7748 section 4.1).</summary>
    public FieldElement25519 ToMontgomeryU() => (_z + _y) * (_z - _y).Invert();

    /// <summary>The form that is quickest to add.</summary>
    public CachedPoint ToCached() => new(_y + _x, _y - _x, _z, _t * TwiceD);

    /// <summary>The sum; complete, so any two points will do.</summary>
    public EdwardsPoint Add(in CachedPoint other)
    {
        FieldElement25519 a = (_y - _x) * other.YMinusX;
        FieldElement25519 b = (_y + _x) * other.YPlusX;
        FieldElement25519 c = _t * other.TTwiceD;
        FieldElement25519 zz = _z * other.Z;
        FieldElement25519 d = zz + zz;
        return Complete(b - a, d - c, d + c, b + a);
    }

    /// <summary>Twice this.</summary>
    public EdwardsPoint Double()
    {
        FieldElement25519 a = _x.Square(), b = _y.Square(), zz = _z.Square();
        FieldElement25519 h = a + b, g = a - b;
        return Complete(h - (_x + _y).Square(), zz + zz + g, g, h);
    }

    /// <summary>The same point with the other sign.</summary>
    public EdwardsPoint Negate() => new(-_x, _y, _z, -_t);

    private static EdwardsPoint Complete(in FieldElement25519 e, in FieldElement25519 f, in FieldElement25519 g, in FieldElement25519 h) =>
        new(e * f, g * h, f * g, e * h);

    private static EdwardsPoint CreateBase()
    {
        Span<byte> encoded = stackalloc byte[Size];
        (FieldElement25519.FromUInt32(4) * FieldElement25519.FromUInt32(5).Invert()).WriteTo(encoded);
        return TryDecode(encoded, out EdwardsPoint point) ? point : throw new InvalidOperationException("The base point is not on the curve.");
    }
}
