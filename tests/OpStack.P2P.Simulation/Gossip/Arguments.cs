using System.Globalization;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>Arguments of the form --name value, and --name alone for what is switched on.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="ArgumentException">A value without a name.</exception>
    public Arguments(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : throw new ArgumentException($"{args[i]} has no name.", nameof(args));
            bool hasValue = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[name] = hasValue ? args[++i] : "";
        }
    }

    public bool Flag(string name) => _values.Remove(name);

    public string Text(string name, string fallback) => _values.Remove(name, out string? value) ? value : fallback;

    public double Number(string name, double fallback) =>
        _values.Remove(name, out string? value) ? double.Parse(value, CultureInfo.InvariantCulture) : fallback;

    /// <summary>Two numbers joined by a hyphen, or one for both.</summary>
    public (double Least, double Most) Range(string name, double least, double most)
    {
        if (!_values.Remove(name, out string? value))
        {
            return (least, most);
        }

        double[] numbers = [.. value.Split('-').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[^1]);
    }

    /// <exception cref="ArgumentException">A name that nobody asked for.</exception>
    public void RequireAllUsed()
    {
        if (_values.Count > 0)
        {
            throw new ArgumentException($"Unknown: --{string.Join(", --", _values.Keys)}.");
        }
    }
}
