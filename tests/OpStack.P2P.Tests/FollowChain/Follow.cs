using OpStack.P2P.FollowChain;
using OpStack.P2P.FollowChain.Flags;

namespace OpStack.P2P.Tests.FollowChain;

/// <summary>Runs the sample in the test's process.</summary>
internal static class Follow
{
    /// <summary>Its exit code and what it wrote.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        IReadOnlyList<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancellationToken = default)
    {
        using StringWriter output = new(), error = new();
        FollowCommand command = new(new StringReader(input), output, error, name => environment?.GetValueOrDefault(name));
        int code = await command.RunAsync(arguments, cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The configuration that flags and variables ask for; nothing is kept on the disk.</summary>
    public static async Task<NetworkConfig> ConfigAsync(string arguments, params (string Name, string Value)[] environment)
    {
        const string Key = "--p2p.priv.raw 4646464646464646464646464646464646464646464646464646464646464646 --p2p.peerstore.path memory";
        CommandLine line = CommandLine.Parse($"{Key} {arguments}".Split(' ', StringSplitOptions.RemoveEmptyEntries));
        FlagValues values = new(line.Flags, name => environment.FirstOrDefault(variable => variable.Name == name).Value);
        using FollowSettings settings = await FollowSettings.ReadAsync(values, CancellationToken.None);
        await using Network network = Network.Builder(settings.Config).Build(); // The library takes it.
        return settings.Config;
    }
}
