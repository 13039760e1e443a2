namespace OpStack.Libp2p.Transport;

/// <summary>Bounds of the TCP transport.</summary>
internal static class TransportLimits
{
    /// <summary>Connections the kernel holds until we accept them; the usual SOMAXCONN of older kernels.</summary>
    public const int ListenBacklog = 128;

    /// <summary>
    /// Pause after a failed accept, doubled with every further one until one succeeds: out of descriptors, retrying at once would spin a core.
    /// </summary>
    public static readonly TimeSpan AcceptBackoff = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Descriptors that connections never take: enough for 16 threads of the runtime, which opens two for each; an eighth of the limit where
    /// that is less than 256.
    /// </summary>
    public const int ReservedDescriptors = 32;

    /// <summary>The longest such pause (net/http's: 1 s).</summary>
    public static readonly TimeSpan MaxAcceptBackoff = TimeSpan.FromSeconds(1);
}
