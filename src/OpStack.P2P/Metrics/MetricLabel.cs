using System.Text;

namespace OpStack.P2P.Metrics;

/// <summary>A label: its values are a closed set, known before the first peer is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">All it can have, by index.</param>
internal sealed record MetricLabel(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The members of an enumeration that counts from 0, as words_like_these.</summary>
    public static MetricLabel Of<TEnum>(string name)
        where TEnum : struct, Enum => new(name, [.. Enum.GetNames<TEnum>().Select(SnakeCase)]);

    /// <summary>ClosedByRemote as closed_by_remote.</summary>
    public static string SnakeCase(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
