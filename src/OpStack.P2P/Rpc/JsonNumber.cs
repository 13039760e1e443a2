namespace OpStack.P2P.Rpc;

/// <summary>Numbers of JSON, which has no infinity and no NaN: a score may be either, by weights or an application score of the host's.</summary>
internal static class JsonNumber
{
    /// <summary>The number; the largest there is for an infinite one, and 0 for none.</summary>
    public static double Of(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue);
}
