namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Inverses.</summary>
internal readonly partial struct Scalar
{
    private static readonly ModularInverse Inverse = new(N0, N1, N2, N3);

    /// <summary>1/a, or 0 for 0.</summary>
    internal static Scalar Invert(in Scalar a)
    {
        var x = new Signed62(a._l0, a._l1, a._l2, a._l3);
        Inverse.Invert(ref x);
        Scalar r = From(x);
        Signed62.Clear(ref x);
        return r;
    }

    /// <summary>The same for a public scalar, in a third of the time.</summary>
    internal static Scalar InvertVarTime(in Scalar a)
    {
        var x = new Signed62(a._l0, a._l1, a._l2, a._l3);
        Inverse.InvertVarTime(ref x);
        return From(x);
    }

    private static Scalar From(in Signed62 x)
    {
        x.ToWords(out ulong w0, out ulong w1, out ulong w2, out ulong w3);
        return new Scalar(w0, w1, w2, w3);
    }
}
