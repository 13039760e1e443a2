using System.CommandLine;
using OpStack.P2P.FollowChain.Flags;

namespace OpStack.P2P.FollowChain;

/// <summary>What the command line asks for.</summary>
/// <param name="Command">A p2p command; null to follow the chain.</param>
/// <param name="File">The file named after a p2p command.</param>
/// <param name="Flags">The flags given, with what followed each.</param>
/// <param name="IsHelp">Only the help is wanted.</param>
internal sealed record CommandLine(string? Command, string? File, IReadOnlyDictionary<Flag, IReadOnlyList<string>> Flags, bool IsHelp)
{
    /// <summary>A flag may be given so many times.</summary>
    private const int MaxRepeats = 64;

    /// <summary>The p2p commands, op-node's names where it has them.</summary>
    private static readonly string[] P2PCommands = ["genkey", "priv2id", "pub2id", "nodeid", "enr"];

    /// <summary>Throws <see cref="FlagException"/> for what is not known.</summary>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        Dictionary<Flag, Option<string[]>> options = FlagTable.All.ToDictionary(flag => flag, ToOption);
        Option<bool> help = new("--help", "-h", "-?");
        Argument<string?> file = new("file") { Arity = ArgumentArity.ZeroOrOne };
        RootCommand root = new() { TreatUnmatchedTokensAsErrors = true };
        root.Options.Clear(); // Its own help and version: ours has groups.
        root.SetAction(_ => 0);
        Command p2p = new("p2p");
        p2p.SetAction(_ => 0);
        foreach (string name in P2PCommands)
        {
            Command command = new(name) { file };
            command.SetAction(_ => 0);
            p2p.Add(command);
        }

        root.Add(p2p);
        foreach (Option option in options.Values.Append<Option>(help))
        {
            option.Recursive = true;
            root.Add(option);
        }

        ParseResult result = root.Parse([.. arguments.SelectMany(Split)], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        bool isHelp = result.GetResult(help) is { Implicit: false };
        if (!isHelp && result.UnmatchedTokens.Count > 0)
        {
            throw new FlagException($"{result.UnmatchedTokens[0]} is not known{Nearest(result.UnmatchedTokens[0])}");
        }

        string chosen = result.CommandResult.Command.Name;
        bool isP2P = result.CommandResult.Command != root;
        if (!isHelp && isP2P && !P2PCommands.Contains(chosen))
        {
            throw new FlagException($"p2p takes one of {string.Join(", ", P2PCommands)}.");
        }

        if (!isHelp && result.Errors.Count > 0)
        {
            throw new FlagException(result.Errors[0].Message);
        }

        Dictionary<Flag, IReadOnlyList<string>> given = [];
        foreach ((Flag flag, Option<string[]> option) in options)
        {
            if (result.GetResult(option) is { Implicit: false } found)
            {
                string[] values = [.. found.Tokens.Select(token => token.Value)];
                given[flag] = values.Length > 0 ? values : ["true"];
            }
        }

        return new CommandLine(isP2P ? chosen : null, isP2P ? result.GetValue(file) : null, given, isHelp);
    }

    /// <summary>What follows an equals sign is the value, and may be empty: the library would take the next word then.</summary>
    private static string[] Split(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) is var at and > 0
            ? [argument[..at], argument[(at + 1)..]]
            : [argument];

    private static Option<string[]> ToOption(Flag flag) => new(flag.Name, [.. flag.Aliases])
    {
        AllowMultipleArgumentsPerToken = false,
        Arity = flag.Kind == FlagKind.Switch ? new ArgumentArity(0, MaxRepeats) : new ArgumentArity(1, MaxRepeats),
    };

    /// <summary>The known flags that differ least, when they are a slip of the pen away.</summary>
    private static string Nearest(string unknown)
    {
        ILookup<int, string> known = FlagTable.All.SelectMany(flag => flag.Aliases.Prepend(flag.Name)).ToLookup(name => Distance(unknown, name));
        int least = known.Min(names => names.Key);
        return least <= 3 ? $"; did you mean {string.Join(" or ", known[least])}?" : ".";
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
