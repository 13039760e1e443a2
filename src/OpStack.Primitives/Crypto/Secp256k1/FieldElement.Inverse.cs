namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Inverses.</summary>
internal readonly partial struct FieldElement
{
    private static readonly ModularInverse Inverse = new(ulong.MaxValue - Fold256 + 1, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>r = 1/a, normalized, or 0 for 0; from any magnitude below 1,024.</summary>
    internal static void Invert(in FieldElement a, out FieldElement r)
    {
        ToSigned62(a, out Signed62 x);
        Inverse.Invert(ref x);
        FromSigned62(x, out r);
        Signed62.Clear(ref x);
    }

    /// <summary>The same for a public element, in a third of the time.</summary>
    internal static void InvertVarTime(in FieldElement a, out FieldElement r)
    {
        ToSigned62(a, out Signed62 x);
        Inverse.InvertVarTime(ref x);
        FromSigned62(x, out r);
    }

    private static void ToSigned62(in FieldElement a, out Signed62 r)
    {
        Normalize(a, out FieldElement t);
        r = new Signed62(t._n0 | t._n1 << 52, t._n1 >> 12 | t._n2 << 40, t._n2 >> 24 | t._n3 << 28, t._n3 >> 36 | t._n4 << 16);
    }

    private static void FromSigned62(in Signed62 a, out FieldElement r)
    {
        a.ToWords(out ulong w0, out ulong w1, out ulong w2, out ulong w3);
        r = FromWords(w0, w1, w2, w3);
    }
}
