using System.Globalization;
using System.Net;
using OpStack.Primitives;

namespace OpStack.P2P.FollowChain.Flags;

/// <summary>What the command line and the variables say, in this order; every reader throws <see cref="FlagException"/> that names the source.</summary>
internal sealed class FlagValues
{
    private readonly Dictionary<Flag, Given> _given = [];

    /// <param name="arguments">The flags on the command line, with what followed each.</param>
    /// <param name="environment">Looks a variable up; null or empty for none.</param>
    public FlagValues(IReadOnlyDictionary<Flag, IReadOnlyList<string>> arguments, Func<string, string?> environment)
    {
        foreach (Flag flag in FlagTable.All)
        {
            if (arguments.TryGetValue(flag, out IReadOnlyList<string>? values))
            {
                _given[flag] = new Given(flag.Name, values);
            }
            else if (flag.Variables.FirstOrDefault(name => !string.IsNullOrEmpty(environment(name))) is { } variable)
            {
                _given[flag] = new Given(variable, [environment(variable)!]);
            }
        }
    }

    /// <summary>Whether something was said, rather than the default.</summary>
    public bool IsGiven(Flag flag) => _given.ContainsKey(flag);

    /// <summary>The text; null without a default.</summary>
    public string? Text(Flag flag) => _given.TryGetValue(flag, out Given? given) ? given.Values[^1] : flag.Default;

    /// <summary>The items, none of them empty.</summary>
    public IReadOnlyList<string> List(Flag flag)
    {
        IEnumerable<string> values = _given.TryGetValue(flag, out Given? given) ? given.Values : flag.Default is { } value ? [value] : [];
        return [.. values.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Go's spellings; kona's are among them.</summary>
    public bool Switch(Flag flag) => Text(flag) switch
    {
        "true" or "True" or "TRUE" or "t" or "T" or "1" => true,
        "false" or "False" or "FALSE" or "f" or "F" or "0" => false,
        _ => throw Wrong(flag, "true or false"),
    };

    public int Port(Flag flag) => int.TryParse(Text(flag), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is 0 or >= 1024 and <= IPEndPoint.MaxPort
        ? port
        : throw Wrong(flag, "a port: 0, or 1024 to 65535");

    public int Count(Flag flag) => int.TryParse(Text(flag), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        ? count
        : throw Wrong(flag, "a whole number from 0 on");

    public double Number(Flag flag) => double.TryParse(Text(flag), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
        ? number
        : throw Wrong(flag, "a number");

    public TimeSpan Duration(Flag flag) => GoDuration.TryParse(Text(flag)!, flag.Unit, out TimeSpan duration)
        ? duration
        : throw Wrong(flag, flag.Unit is null ? "a duration such as 30s or 1h30m" : $"a duration such as 30s, or a number of {(flag.Unit.Value.TotalMinutes < 1 ? "seconds" : "minutes")}");

    public Address Address(Flag flag) => OpStack.Primitives.Address.TryParse(Text(flag), out Address address) ? address : throw Wrong(flag, "an address of 40 hex digits");

    /// <summary>What a message calls the flag: the variable its value came from, or its name.</summary>
    public string Source(Flag flag) => _given.TryGetValue(flag, out Given? given) ? given.Source : flag.Name;

    /// <summary>A value that is not what the flag takes.</summary>
    public FlagException Wrong(Flag flag, string wanted) =>
        new(flag.IsSecret ? $"{Source(flag)} must be {wanted}." : $"{Source(flag)} must be {wanted}, not \"{Text(flag)}\".");

    /// <summary>A value out of a range that only the library knows.</summary>
    public FlagException Wrong(ArgumentException refused)
    {
        Flag? flag = refused.ParamName is null ? null : FlagTable.All.FirstOrDefault(flag => flag.Setting == refused.ParamName);
        string reason = refused.Message.Replace($" (Parameter '{refused.ParamName}')", "", StringComparison.Ordinal);
        return new FlagException(flag is null ? reason : $"{Source(flag)}: {reason}");
    }

    private sealed record Given(string Source, IReadOnlyList<string> Values);
}
