namespace OpStack.Libp2p.Nat;

/// <summary>Bounds and times of port mapping.</summary>
internal static class NatLimits
{
    /// <summary>The port of PCP and NAT-PMP (RFC 6887 19.4, RFC 6886 3.1).</summary>
    public const int GatewayPort = 5351;

    /// <summary>Longest datagram of a gateway: PCP's limit (RFC 6887 7), and more than an SSDP answer has.</summary>
    public const int MaxDatagram = 1100;

    /// <summary>Longest description or answer of UPnP, in bytes. Own choice: real ones have 2 to 20 kB.</summary>
    public const int MaxDocument = 256 << 10;

    /// <summary>Answers to one SSDP search that are looked at. Own choice.</summary>
    public const int MaxSearchAnswers = 16;

    /// <summary>Between a request and its first repetition; doubled each time (RFC 6886 3.1).</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Requests sent for one answer: 3.75 s in all. RFC 6886 has nine, a minute; a gateway that is there answers the first.</summary>
    public const int Attempts = 4;

    /// <summary>For answers to an SSDP search: its MX and a little more.</summary>
    public static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(3);

    /// <summary>For one HTTP request to a gateway. Own choice: home routers are slow.</summary>
    public static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For taking the mappings back at the end, all together.</summary>
    public static readonly TimeSpan UnmapTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Between two rounds of asking when nothing answered; doubled up to the last one. Own choice.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);

    /// <summary>The longest such pause.</summary>
    public static readonly TimeSpan LastPause = TimeSpan.FromMinutes(30);

    /// <summary>A lifetime a gateway grants is taken as at least this: nobody renews faster.</summary>
    public static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
}
