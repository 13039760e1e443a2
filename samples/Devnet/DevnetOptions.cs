using System.Globalization;

namespace OpStack.P2P.Devnet;

/// <summary>The command line of the devnet.</summary>
internal sealed record DevnetOptions
{
    public const string Usage = """
        Devnet: one sequencer and several followers in one process, gossiping signed L2 blocks over loopback.
        The followers know nothing but the sequencer's node record; they find each other by discv5.

          dotnet run --project samples/Devnet -- [options]

          --nodes N         nodes in all, the sequencer included      (2 to 100, default 5)
          --blocks N        blocks to publish before stopping         (1 to 100000, default 20; 0 until Ctrl+C)
          --block-time S    seconds between blocks                    (0.05 to 60, default 2)
          --block-size B    decompressed bytes of a block, about      (1000 to 10000000, default 100000)
          --seed N          seed of keys and transactions             (default 1)
          --chain-id N      L2 chain id                               (default 901)
          --rollup-config F write the chain's rollup.json there, and tell how another process follows the chain
          --json            one JSON object per line instead of text
          --help            this text

        Exits 0 only if every follower delivered every height, 1 if not, 2 for a wrong command line.
        """;

    public int Nodes { get; init; } = 5;

    /// <summary>0 for as many as there is time for until the run is stopped.</summary>
    public int Blocks { get; init; } = 20;

    /// <summary>Whether a stop is how the run ends, and no interruption.</summary>
    public bool IsEndless => Blocks == 0;

    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(2);

    public int BlockSize { get; init; } = 100_000;

    public int Seed { get; init; } = 1;

    /// <summary>Default that of Optimism's own devnets.</summary>
    public ulong ChainId { get; init; } = 901;

    /// <summary>Where rollup.json is written for others to follow the chain by; null for nowhere.</summary>
    public string? RollupConfigPath { get; init; }

    public bool Json { get; init; }

    public bool Help { get; init; }

    /// <summary>Parses the arguments; on failure <paramref name="error"/> names the argument that is wrong.</summary>
    public static bool TryParse(string[] args, out DevnetOptions options, out string error)
    {
        options = new DevnetOptions();
        error = "";
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (name is "--json" or "--help")
            {
                options = name == "--json" ? options with { Json = true } : options with { Help = true };
                continue;
            }

            if (i + 1 == args.Length)
            {
                error = $"{name}: not an option, or its value is missing.";
                return false;
            }

            if (Apply(options, name, args[++i]) is not { } applied)
            {
                error = $"{name} {args[i]}: not an option, or its value is out of range.";
                return false;
            }

            options = applied;
        }

        return true;
    }

    private static DevnetOptions? Apply(DevnetOptions options, string name, string value) => name switch
    {
        "--nodes" when TryInteger(value, 2, 100, out int n) => options with { Nodes = n },
        "--blocks" when TryInteger(value, 0, 100_000, out int n) => options with { Blocks = n },
        "--block-size" when TryInteger(value, 1_000, 10_000_000, out int n) => options with { BlockSize = n },
        "--seed" when TryInteger(value, 0, int.MaxValue, out int n) => options with { Seed = n },
        "--chain-id" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id) && id > 0 => options with { ChainId = id },
        "--rollup-config" when value.Length > 0 => options with { RollupConfigPath = value },
        "--block-time" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double s) && s is >= 0.05 and <= 60
            => options with { BlockTime = TimeSpan.FromSeconds(s) },
        _ => null,
    };

    private static bool TryInteger(string value, int low, int high, out int number) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= low && number <= high;
}
