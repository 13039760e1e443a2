namespace OpStack.Discv5;

/// <summary>Counters since the service was created and, where the text says "now", sizes at the moment of the call.</summary>
public sealed record Discv5Metrics
{
    /// <summary>Datagrams that reached the core.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Datagrams the core sent.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesSent { get; init; }

    /// <summary>Datagrams dropped by a rate limit, the read budget, a ban or netrestrict.</summary>
    public long PacketsFiltered { get; init; }

    /// <summary>The same by reason.</summary>
    public FilteredPackets Filtered { get; init; }

    /// <summary>Datagrams that are no packets to us.</summary>
    public long PacketsMalformed { get; init; }

    /// <summary>WHOAREYOUs sent, repetitions included.</summary>
    public long ChallengesSent { get; init; }

    /// <summary>WHOAREYOUs received.</summary>
    public long ChallengesReceived { get; init; }

    /// <summary>WHOAREYOUs that answer no packet of ours, or come from another address.</summary>
    public long ChallengesIgnored { get; init; }

    /// <summary>Handshakes that gave a session.</summary>
    public long HandshakesAccepted { get; init; }

    /// <summary>Handshakes refused: no challenge, bad record, bad signature, bad message.</summary>
    public long HandshakesRefused { get; init; }

    /// <summary>Id-signatures verified; at most one per challenge.</summary>
    public long IdentityChecks { get; init; }

    /// <summary>Messages that decrypt but do not decode.</summary>
    public long MessagesMalformed { get; init; }

    /// <summary>Requests of peers.</summary>
    public long RequestsReceived { get; init; }

    /// <summary>The same by kind.</summary>
    public RequestCounts ReceivedByKind { get; init; }

    /// <summary>Requests of ours.</summary>
    public long RequestsSent { get; init; }

    /// <summary>The same by kind.</summary>
    public RequestCounts SentByKind { get; init; }

    /// <summary>Requests sent again after a timeout.</summary>
    public long RequestsRetried { get; init; }

    /// <summary>Requests without a valid answer.</summary>
    public long RequestsFailed { get; init; }

    /// <summary>Responses nobody waits for: late, duplicate or unsolicited.</summary>
    public long ResponsesIgnored { get; init; }

    /// <summary>Records of NODES answers that were refused: wrong distance, bad signature, forbidden address.</summary>
    public long RecordsRefused { get; init; }

    /// <summary>Lookups started.</summary>
    public long Lookups { get; init; }

    /// <summary>FINDNODEs of lookups.</summary>
    public long LookupQueries { get; init; }

    /// <summary>Changes of our own record.</summary>
    public long LocalEnrUpdates { get; init; }

    /// <summary>Addresses from votes at which strangers reached us.</summary>
    public long AddressesConfirmed { get; init; }

    /// <summary>Addresses from votes that left our record because strangers did not.</summary>
    public long AddressesRefuted { get; init; }

    /// <summary>Nodes in the routing table now.</summary>
    public int TableNodes { get; init; }

    /// <summary>Sessions now.</summary>
    public int Sessions { get; init; }

    /// <summary>Challenges now.</summary>
    public int Challenges { get; init; }

    /// <summary>Requests in flight or queued now.</summary>
    public int PendingRequests { get; init; }

    /// <summary>Datagrams dropped because the loop was behind.</summary>
    public long DatagramsDropped { get; init; }

    /// <summary>Datagrams the system did not take.</summary>
    public long SendFailures { get; init; }

    /// <summary>Events dropped because the host did not read them.</summary>
    public long EventsDropped { get; init; }

    /// <summary>TALKREQs dropped because too many handlers ran.</summary>
    public long TalkRequestsDropped { get; init; }

    /// <summary>Talk handlers that threw or answered too much.</summary>
    public long TalkHandlerFaults { get; init; }

    /// <summary>Exceptions the loop or a reader survived; each is a defect of ours.</summary>
    public long LoopFaults { get; init; }
}
