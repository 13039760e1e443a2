namespace OpStack.Libp2p.Nat;

/// <summary>Bounds of port mapping, whatever the method; those of UPnP are in its folder.</summary>
internal static class NatLimits
{
    /// <summary>Ports mapped by one mapper. Ours; a node has two.</summary>
    public const int MaxPorts = 8;

    /// <summary>The longest PCP message, in bytes (RFC 6887 section 7); NAT-PMP answers have 16.</summary>
    public const int MaxDatagram = 1100;

    /// <summary>
    /// Datagrams looked at per question: those that are no answer to it cost no more than this many. Ours.
    /// </summary>
    public const int DatagramsPerQuestion = 32;

    /// <summary>Failures in a row of every port after which the gateway is looked for anew (go-libp2p).</summary>
    public const int FailuresBeforeSearch = 3;

    /// <summary>
    /// Between two requests for one port, whatever the gateway says of lifetimes and restarts (RFC 6887 section 11.2.1: renewals at least
    /// 4 s apart).
    /// </summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long each copy of a PCP or NAT-PMP question waits for the answer: the first four of RFC 6886 section 3.1. Its other five, up to
    /// 64 s, are left out, because the next method waits.
    /// </summary>
    public static readonly TimeSpan[] AnswerTimeouts =
        [TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];
}
