namespace OpStack.P2P.Peers;

/// <summary>Bounds of what is read about peers from text and files.</summary>
internal static class PeerLimits
{
    /// <summary>Most records of a boot store (kona's BootStore, MAX_PEERS).</summary>
    public const int MaxStoredRecords = 2048;

    /// <summary>
    /// Largest boot store file read, in bytes. Own choice: five times what <see cref="MaxStoredRecords"/> records of the largest size take
    /// as text.
    /// </summary>
    public const int MaxStoreFileSize = 4 << 20;

    /// <summary>
    /// Most unusable boot store files kept aside; with so many there, the next one stays in its place and nothing is saved. Own choice.
    /// </summary>
    public const int MaxBadStoreFiles = 16;

    /// <summary>Longest enode URL in characters. Own choice: 136 of scheme and id, a host name, both ports.</summary>
    public const int MaxEnodeText = 512;

    /// <summary>Longest host name in characters (RFC 1035 section 2.3.4, without the trailing dot).</summary>
    public const int MaxHostName = 253;
}
