using System.Globalization;

namespace OpStack.P2P.FollowChain.Flags;

/// <summary>Durations as Go's time.ParseDuration reads them: "300ms", "1.5h", "1h30m".</summary>
internal static class GoDuration
{
    private static readonly (string Name, double Seconds)[] Units = [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>False for anything else, and for what is negative or longer than a year.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unit">What a bare number counts; null to refuse one other than 0, as Go does.</param>
    /// <param name="duration">The duration.</param>
    public static bool TryParse(string text, TimeSpan? unit, out TimeSpan duration)
    {
        duration = default;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double bare))
        {
            return (unit is not null || bare == 0) && TryMake(bare * (unit?.TotalSeconds ?? 0), out duration);
        }

        double seconds = 0;
        int at = 0;
        while (at < text.Length)
        {
            int begin = at;
            at += text.AsSpan(at).IndexOfAnyExcept(".0123456789") is var digits and >= 0 ? digits : text.Length - at;
            int unitAt = at;
            at += text.AsSpan(at).IndexOfAny(".0123456789") is var letters and >= 0 ? letters : text.Length - at;
            double factor = Units.FirstOrDefault(known => text.AsSpan(unitAt, at - unitAt).SequenceEqual(known.Name)).Seconds;
            if (factor == 0 || !double.TryParse(text.AsSpan(begin, unitAt - begin), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
            {
                return false;
            }

            seconds += count * factor;
        }

        return at > 0 && TryMake(seconds, out duration);
    }

    private static bool TryMake(double seconds, out TimeSpan duration)
    {
        bool isPossible = seconds <= TimeSpan.FromDays(366).TotalSeconds;
        duration = isPossible ? TimeSpan.FromSeconds(seconds) : default;
        return isPossible;
    }
}
