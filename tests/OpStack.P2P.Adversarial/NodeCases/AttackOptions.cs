using System.Globalization;
using OpStack.P2P.Adversarial.NodeCases.Attacks;

namespace OpStack.P2P.Adversarial.NodeCases;

/// <summary>What the command line of attacks says.</summary>
internal sealed record AttackOptions
{
    public IReadOnlyList<Func<Attack>> Cases { get; init; } = AllAttacks.Factories;

    /// <summary>Of each case.</summary>
    public int Seconds { get; init; } = 20;

    public static bool TryParse(string[] arguments, out AttackOptions options, out string fault)
    {
        options = new AttackOptions();
        fault = "";
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || With(options, arguments[i], arguments[i + 1]) is not { } next)
            {
                fault = $"not understood: {arguments[i]}. attack [--case all|NAME,NAME] [--seconds N (each)]; cases: {string.Join(' ', AllAttacks.Names)}";
                return false;
            }

            options = next;
        }

        return true;
    }

    private static AttackOptions? With(AttackOptions options, string name, string value) => name switch
    {
        "--case" => AllAttacks.TryFind(value, out IReadOnlyList<Func<Attack>> cases) ? options with { Cases = cases } : null,
        "--seconds" when int.TryParse(value, NumberStyles.None, NumberFormatInfo.InvariantInfo, out int seconds) && seconds > 0 => options with { Seconds = seconds },
        _ => null,
    };
}
