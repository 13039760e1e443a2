namespace OpStack.P2P.Sync;

/// <summary>What was wrong with a request by number.</summary>
internal enum SyncFault
{
    /// <summary>Nothing: there is a block, whole and with a true hash.</summary>
    None,
    /// <summary>Code 1. Costs nothing.</summary>
    NotFound,
    /// <summary>Code 2: the server thinks our request was out of range.</summary>
    InvalidRequest,
    /// <summary>Code 3, rate limits included.</summary>
    UnknownError,
    /// <summary>A code that does not exist.</summary>
    UnknownCode,
    /// <summary>A version that does not exist or does not go with the fork of the height.</summary>
    WrongVersion,
    /// <summary>The answer ended too early.</summary>
    Truncated,
    /// <summary>More bytes than an answer may have, on the wire or decompressed.</summary>
    TooLong,
    /// <summary>No framed snappy, or a checksum that is wrong.</summary>
    BrokenSnappy,
    /// <summary>No payload of the version.</summary>
    BrokenSsz,
    /// <summary>A block of another height.</summary>
    WrongNumber,
    /// <summary>A timestamp of another fork than that of the layout.</summary>
    WrongFork,
    /// <summary>The block does not have the hash it claims.</summary>
    WrongHash,
    /// <summary>The peer did not answer in time.</summary>
    Timeout,
    /// <summary>The stream or connection ended before the answer did.</summary>
    Vanished,
    /// <summary>The peer does not speak the protocol after all. Costs nothing.</summary>
    Unsupported,
    /// <summary>A limit or fault of our own, or the request was given up. Costs nothing.</summary>
    Local,
}

internal static class SyncFaults
{
    /// <summary>Whether it costs the peer score and pace.</summary>
    public static bool IsPeersFault(this SyncFault fault) =>
        fault is not (SyncFault.None or SyncFault.NotFound or SyncFault.Unsupported or SyncFault.Local);
}
