using System.Text.RegularExpressions;

namespace OpStack.P2P.Hosting.Settings;

/// <summary>What is wrong with the options, all of it: each names its option, and none tells a key.</summary>
internal sealed partial class OptionFaults
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> All => _faults;

    public void Add(string fault) => _faults.Add(KeyLike().Replace(fault, "…"));

    /// <summary>A value that is not what the option takes.</summary>
    public void AddWrong(string option, string wanted, object? value) => Add(FormattableString.Invariant($"{option} must be {wanted}, not \"{value}\"."));

    /// <summary>The same for a value that may be a secret.</summary>
    public void AddWrong(string option, string wanted) => Add($"{option} must be {wanted}.");

    public void Require(bool holds, string option, string wanted, object? value)
    {
        if (!holds)
        {
            AddWrong(option, wanted, value);
        }
    }

    /// <summary>Lets the library check its own range of a setting, and tells its answer under the option's name.</summary>
    /// <typeparam name="T">What is checked.</typeparam>
    public T Checked<T>(string option, T settings, Action<T> validate)
    {
        try
        {
            validate(settings);
        }
        catch (Exception e) when (e is ArgumentException or SigningException)
        {
            string suffix = e is ArgumentException { ParamName: { } name } ? $" (Parameter '{name}')" : "";
            Add($"{option}: {(suffix.Length > 0 ? e.Message.Replace(suffix, "", StringComparison.Ordinal) : e.Message)}");
        }

        return settings;
    }

    /// <summary>What may be a key, or nearly one, that was put where none belongs.</summary>
    [GeneratedRegex(@"\b(0x)?[0-9a-fA-F]{56,72}\b", RegexOptions.CultureInvariant)]
    private static partial Regex KeyLike();
}
