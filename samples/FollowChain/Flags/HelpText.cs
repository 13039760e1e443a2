using System.Text;

namespace OpStack.P2P.FollowChain.Flags;

/// <summary>The help, from the table of flags.</summary>
internal static class HelpText
{
    private const string Head = """
        FollowChain: joins the P2P network of an OP Stack chain and prints its unsafe blocks as they come.

          dotnet run --project samples/FollowChain -- --chain 10
          dotnet run --project samples/FollowChain -- p2p <command>

        Flags and variables are those of op-node and kona-node. The command line wins over op-node's variable, and that over kona's. Where the two
        differ, op-node's meaning and default are taken. Durations are written as in Go, "1h30m"; a bare number counts in kona's unit, given below.
        """;

    private const string Tail = """
        p2p commands
          p2p genkey                 makes a key and prints it, hex; with a file name it is written there, for us alone to read
          p2p priv2id                reads a key from the standard input or the file named, and prints its peer id
          p2p pub2id                 the same for a public key, hex, compressed or not
          p2p nodeid                 as priv2id, and prints the discv5 node id
          p2p enr                    as priv2id, and prints a record: with --chain, --p2p.advertise.ip, .tcp and .udp

        Exits 0 when stopped or done, 1 when the network cannot be joined, 2 for a wrong command line.
        """;

    public static string Create()
    {
        StringBuilder text = new(Head);
        text.AppendLine();
        foreach (FlagGroup group in FlagTable.Groups)
        {
            text.AppendLine().AppendLine(group.Title);
            foreach (Flag flag in group.Flags)
            {
                text.Append("  ").AppendJoin(", ", flag.Aliases.Prepend(flag.Name)).Append(Argument(flag)).AppendLine();
                text.Append("        ").Append(flag.Help).Append(Unit(flag)).AppendLine(flag.Default is null ? "" : $" (default {flag.Default})");
                if (flag.Variables.Any())
                {
                    text.Append("        ").AppendJoin(", ", flag.Variables).AppendLine();
                }
            }
        }

        return text.AppendLine().Append(Tail).AppendLine().ToString();
    }

    private static string Argument(Flag flag) => flag.Kind switch
    {
        FlagKind.Switch => "[=true|false]",
        FlagKind.List => " A,B,…",
        FlagKind.Port or FlagKind.Count or FlagKind.Number => " N",
        FlagKind.Duration => " TIME",
        _ => " TEXT",
    };

    private static string Unit(Flag flag) => flag.Unit is not { } unit ? "" : unit.TotalMinutes < 1 ? "; a bare number counts seconds" : "; a bare number counts minutes";
}
