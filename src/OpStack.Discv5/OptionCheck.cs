namespace OpStack.Discv5;

/// <summary>Ranges of options; the exception names the option.</summary>
internal static class OptionCheck
{
    public static void Between<T>(T value, T least, T most, string name)
        where T : IComparable<T> =>
        Require(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, name, FormattableString.Invariant($"{least} to {most}"));

    public static void Require(bool holds, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is out of range: {range}.", name);
        }
    }
}
