namespace OpStack.Libp2p.Identify;

/// <summary>Bounds of identify and identify/push (wire.md section 8, attack-cases.md section 3).</summary>
internal static class IdentifyLimits
{
    /// <summary>Longest signed record kept, in bytes; what gossipsub takes of a peer exchange (a choice of ours: a record of a handful of addresses has 200).</summary>
    public const int MaxKeptRecord = 4096;

    /// <summary>Longest message we send, in bytes: rust-libp2p reads no more.</summary>
    public const int MaxSentMessage = 4096;

    /// <summary>Longest message we read, in bytes (go-libp2p).</summary>
    public const int MaxMessage = 8 * 1024;

    /// <summary>Most messages read from one stream and merged (go-libp2p).</summary>
    public const int MaxMessages = 10;

    /// <summary>Most addresses kept of a connected peer (go-libp2p).</summary>
    public const int MaxAddresses = 500;

    /// <summary>Most protocols kept of a peer (go-libp2p).</summary>
    public const int MaxProtocols = 1024;

    /// <summary>Longest protocol id kept, in bytes: multistream of go-libp2p could not name a longer one.</summary>
    public const int MaxProtocolLength = 1024;

    /// <summary>Longest agent or protocol version kept, in characters.</summary>
    public const int MaxVersionLength = 256;

    /// <summary>Pushes of ours under way at once (go-libp2p).</summary>
    public const int MaxConcurrentPushes = 32;

    /// <summary>Pushes that a peer may send at once (go-libp2p).</summary>
    public const int PushBurst = 10;

    /// <summary>Times a connected peer is asked who it is, until it has answered. Ours.</summary>
    public const int MaxQueries = 3;

    /// <summary>Between two of them. Ours: long enough for the other half of a simultaneous dial to be up.</summary>
    public static readonly TimeSpan QueryRetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>For a whole exchange, ours or the peer's (go-libp2p).</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>After the burst, one push of a peer is read per this time (go-libp2p).</summary>
    public static readonly TimeSpan PushInterval = TimeSpan.FromSeconds(5);
}
