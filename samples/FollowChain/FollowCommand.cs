using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OpStack.Discv5;
using OpStack.Libp2p;
using OpStack.P2P.FollowChain.Flags;

namespace OpStack.P2P.FollowChain;

/// <summary>The program, apart from the process it runs in.</summary>
/// <param name="input">Where keys are read from.</param>
/// <param name="output">What was asked for.</param>
/// <param name="error">What went wrong, and what a person may want to know besides.</param>
/// <param name="environment">Looks a variable up.</param>
internal sealed partial class FollowCommand(TextReader input, TextWriter output, TextWriter error, Func<string, string?> environment)
{
    /// <summary>Runs until it is done or cancelled; returns the exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            CommandLine line = CommandLine.Parse(arguments);
            if (line.IsHelp)
            {
                await output.WriteAsync(HelpText.Create());
                return 0;
            }

            FlagValues values = new(line.Flags, environment);
            return line.Command is { } command
                ? new P2PCommand(values, input, output).Run(command, line.File)
                : await FollowAsync(values, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0; // Ctrl+C is how it ends.
        }
        catch (FlagException e)
        {
            await error.WriteLineAsync(KeyLike().Replace(e.Message, "…"));
            await error.WriteLineAsync("--help lists every flag.");
            return 2;
        }
    }

    private async Task<int> FollowAsync(FlagValues values, CancellationToken cancellationToken)
    {
        int blocks = values.Count(FlagTable.Blocks);
        bool json = values.Switch(FlagTable.Json);
        LogLevel level = Level(values);
        using FollowSettings settings = await FollowSettings.ReadAsync(values, cancellationToken);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(level)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        await using Network network = Build(settings.Config, values, loggers);
        try
        {
            NetworkHandler node = await network.StartAsync(cancellationToken);
            await IntroduceAsync(node, settings.Config.RollupConfig.L2ChainId);
            return await PrintAsync(node, new BlockPrinter(output, json, TimeProvider.System), blocks, cancellationToken) ? 0 : 1;
        }
        catch (Exception e) when (e is Libp2pException or Discv5Exception)
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static Network Build(NetworkConfig config, FlagValues values, ILoggerFactory loggers)
    {
        try
        {
            return Network.Builder(config).WithLoggerFactory(loggers).Build();
        }
        catch (ArgumentException e)
        {
            throw values.Wrong(e);
        }
    }

    private async Task IntroduceAsync(NetworkHandler node, ulong chainId)
    {
        await error.WriteLineAsync($"Following chain {chainId} as {node.Gossip.LocalPeerId} at {string.Join(", ", node.Gossip.ListenAddresses)}");
        await error.WriteLineAsync(node.Discovery is { } discovery ? discovery.LocalEnr.ToString() : "Discovery is off.");
    }

    /// <summary>False when the network ended before so many came.</summary>
    private static async Task<bool> PrintAsync(NetworkHandler node, BlockPrinter printer, int blocks, CancellationToken cancellationToken)
    {
        int printed = 0;
        ChainHead head = new();
        await foreach (OpNetworkPayloadEnvelope block in node.UnsafeBlocks.ReadAllAsync(cancellationToken))
        {
            printer.Print(block, node.Gossip.ConnectedPeers.Count);
            if (head.Add(block.Payload))
            {
                node.SetHead(head.Current!.Value);
            }

            if (++printed == blocks)
            {
                return true;
            }
        }

        return false;
    }

    private static LogLevel Level(FlagValues values) => values.Text(FlagTable.LogLevel)?.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" or "crit" => LogLevel.Error,
        "off" => LogLevel.None,
        _ => throw values.Wrong(FlagTable.LogLevel, "trace, debug, info, warn, error or off"),
    };

    /// <summary>What may be a key, or nearly one, that was typed where none belongs: no message repeats it.</summary>
    [GeneratedRegex(@"\b(0x)?[0-9a-fA-F]{56,72}\b", RegexOptions.CultureInvariant)]
    private static partial Regex KeyLike();
}
