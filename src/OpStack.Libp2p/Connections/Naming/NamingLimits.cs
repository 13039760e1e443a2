namespace OpStack.Libp2p.Connections.Naming;

/// <summary>Bounds of our TXT look-ups.</summary>
internal static class NamingLimits
{
    /// <summary>
    /// The answer we ask for at most, in bytes (EDNS(0); DNS flag day 2020: fits one packet everywhere). Longer ones count as failed.
    /// </summary>
    public const int AnswerSize = 1232;

    /// <summary>A name in wire form, in bytes (RFC 1035 section 2.3.4).</summary>
    public const int NameSize = 255;

    /// <summary>A label, in bytes (RFC 1035 section 2.3.4).</summary>
    public const int LabelSize = 63;

    /// <summary>Name servers asked, and times round (resolv.conf's MAXNS 3 and attempts 2).</summary>
    public const int Servers = 3;

    /// <summary>Times round.</summary>
    public const int Rounds = 2;

    /// <summary>Packets looked at per question: those that are no answer to it cost no more than this many. Ours.</summary>
    public const int PacketsPerQuestion = 16;

    /// <summary>For one server's answer. Half of what resolvers wait (5 s), because a dial waits for it.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(2500);
}
