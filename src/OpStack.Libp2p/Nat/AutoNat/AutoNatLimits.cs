namespace OpStack.Libp2p.Nat.AutoNat;

/// <summary>Bounds of the AutoNAT service that a host has no reason to set.</summary>
internal static class AutoNatLimits
{
    /// <summary>The longest request, in bytes (go-libp2p).</summary>
    public const int MaxMessage = 4096;

    /// <summary>Addresses of one dial-back, the observed one among them (go-libp2p).</summary>
    public const int MaxAddresses = 16;

    /// <summary>Streams served at once for one peer (go-libp2p's resource manager, wire.md section 7). Others are reset.</summary>
    public const int StreamsPerPeer = 2;

    /// <summary>
    /// Streams served at once in all. Ours: each may take the whole <see cref="StreamDeadline"/> to say nothing.
    /// </summary>
    public const int Streams = 32;

    /// <summary>Dial attempts at once, over all dial-backs. Ours: the half of what the host's own dials may have.</summary>
    public const int Attempts = 8;

    /// <summary>From the request's first byte to the answer's last (go-libp2p).</summary>
    public static readonly TimeSpan StreamDeadline = TimeSpan.FromSeconds(60);
}
