namespace OpStack.Primitives.Crypto.Secp256k1;

/// <summary>Tables of the odd multiples of a point.</summary>
internal static class OddMultiples
{
    /// <summary>table[i] = (2i + 1) point.</summary>
    internal static void Fill(in ConstantTimePoint point, Span<ConstantTimePoint> table)
    {
        ConstantTimePoint.Double(point, out ConstantTimePoint twice);
        table[0] = point;
        for (int i = 1; i < table.Length; i++)
            ConstantTimePoint.Add(table[i - 1], twice, out table[i]);
    }
}
