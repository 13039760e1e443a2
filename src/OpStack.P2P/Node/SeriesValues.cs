using System.Globalization;

namespace OpStack.P2P.Node;

/// <summary>Fills in the values of a metric's series.</summary>
internal static class SeriesValues
{
    public static void Fill(Span<long> values, params ReadOnlySpan<long> counts) => counts.CopyTo(values);

    /// <summary>For labels that are an enumeration, which counts from 0.</summary>
    public static void FillBy<TReason>(Span<long> values, IReadOnlyDictionary<TReason, long> counts)
        where TReason : struct, Enum
    {
        foreach ((TReason reason, long count) in counts)
        {
            values[Convert.ToInt32(reason, CultureInfo.InvariantCulture)] = count;
        }
    }
}
