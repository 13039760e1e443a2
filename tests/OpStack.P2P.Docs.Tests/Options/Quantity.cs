using System.Globalization;
using System.Text.RegularExpressions;

namespace OpStack.P2P.Docs.Tests.Options;

/// <summary>Numbers of units, as the tables write them, and what they are in code.</summary>
internal static partial class Quantity
{
    private static readonly Dictionary<string, TimeSpan> Times = new()
    {
        ["ms"] = TimeSpan.FromMilliseconds(1),
        ["s"] = TimeSpan.FromSeconds(1),
        ["min"] = TimeSpan.FromMinutes(1),
        ["h"] = TimeSpan.FromHours(1),
        ["d"] = TimeSpan.FromDays(1),
    };

    private static readonly Dictionary<string, long> Sizes = new() { ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30 };

    /// <summary>How a table writes a value in a unit; a number in any other than the above counts them one by one.</summary>
    public static string Text(object value, string unit) => value switch
    {
        TimeSpan time => Number(time / Times[unit]),
        IConvertible number and not (string or bool or Enum) => Number(number.ToDouble(CultureInfo.InvariantCulture) / Sizes.GetValueOrDefault(unit, 1)),
        _ => throw new ArgumentException($"{value} is no quantity.", nameof(value)),
    };

    /// <summary>Reads "1 to 16" and "10 ms to 1 d": the ends as values of a type, and those just outside. False for what is said in words.</summary>
    public static bool TryReadRange(string text, string unit, Type type, out (object Least, object Most, object Below, object Above) range)
    {
        Match match = Range().Match(text);
        range = default;
        if (!match.Success)
        {
            return false;
        }

        object End(int number, int own) => ValueOf(
            double.Parse(match.Groups[number].Value, NumberStyles.Number, CultureInfo.InvariantCulture), match.Groups[own].Success ? match.Groups[own].Value : unit, type);
        (object least, object most) = (End(1, 2), End(3, 4));
        range = (least, most, Step(least, -1), Step(most, 1));
        return true;
    }

    private static object ValueOf(double number, string unit, Type type) => type == typeof(TimeSpan)
        ? Times[unit] * number
        : Convert.ChangeType(number * Sizes.GetValueOrDefault(unit, 1), type, CultureInfo.InvariantCulture);

    /// <summary>The next value in a direction; below zero there is none of a number without a sign, and the value itself comes back.</summary>
    private static object Step(object value, int direction) => value switch
    {
        TimeSpan time => time + TimeSpan.FromTicks(direction),
        double number => number + (direction * 0.001),
        ulong number => direction > 0 ? number + 1 : number == 0 ? number : number - 1,
        IConvertible number => Convert.ChangeType(number.ToInt64(CultureInfo.InvariantCulture) + direction, value.GetType(), CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value} is no quantity.", nameof(value)),
    };

    private static string Number(double value) => value.ToString("0.#################", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([\d.,]+)(?: ([a-zA-Z]+))? to ([\d.,]+)(?: ([a-zA-Z]+))?$")]
    private static partial Regex Range();
}
