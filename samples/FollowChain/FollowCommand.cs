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
internal sealed class FollowCommand(TextReader input, TextWriter output, TextWriter error, Func<string, string?> environment)
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
        catch (FlagException e)
        {
            await error.WriteLineAsync(e.Message);
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
        try
        {
            await using Network network = Network.Builder(settings.Config).WithLoggerFactory(loggers).Build();
            NetworkHandler node = await network.StartAsync(cancellationToken);
            await IntroduceAsync(node, settings.Config.RollupConfig.L2ChainId);
            await PrintAsync(node, new BlockPrinter(output, json, TimeProvider.System), blocks, cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0; // Ctrl+C is how it ends.
        }
        catch (ArgumentException e)
        {
            throw new FlagException(e.Message); // Out of a range that only the library knows.
        }
        catch (Exception e) when (e is Libp2pException or Discv5Exception)
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private async Task IntroduceAsync(NetworkHandler node, ulong chainId)
    {
        await error.WriteLineAsync($"Following chain {chainId} as {node.Gossip.LocalPeerId} at {string.Join(", ", node.Gossip.ListenAddresses)}");
        await error.WriteLineAsync(node.Discovery is { } discovery ? discovery.LocalEnr.ToString() : "Discovery is off.");
    }

    private static async Task PrintAsync(NetworkHandler node, BlockPrinter printer, int blocks, CancellationToken cancellationToken)
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
                return;
            }
        }
    }

    private static LogLevel Level(FlagValues values) => values.Text(FlagTable.LogLevel) switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" or "crit" => LogLevel.Error,
        "off" => LogLevel.None,
        _ => throw values.Wrong(FlagTable.LogLevel, "trace, debug, info, warn, error or off"),
    };
}
