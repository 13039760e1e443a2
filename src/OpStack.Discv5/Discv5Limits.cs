namespace OpStack.Discv5;

/// <summary>Bounds of the protocol core and its shell that are not options.</summary>
internal static class Discv5Limits
{
    /// <summary>Records of all NODES packets to one FINDNODE (geth v5_udp.go; 16 is the bucket size).</summary>
    public const int MaxNodesRecords = 16;

    /// <summary>NODES packets sent for one FINDNODE: geth takes no more than 5.</summary>
    public const int MaxNodesPackets = 5;

    /// <summary>Bytes of records in one NODES packet: with header and tag it stays below 1280 (geth nodesResponseItemLimit, wire.md 11.3).</summary>
    public const int NodesPacketRecordBytes = 1000;

    /// <summary>Distances of one FINDNODE of the host; lookups ask for 3.</summary>
    public const int MaxFindNodeDistances = 16;

    /// <summary>Requests in flight or queued, to all nodes together.</summary>
    public const int MaxRequests = 1024;

    /// <summary>The same to one node; those behind a running handshake are among them.</summary>
    public const int MaxRequestsPerNode = 16;

    /// <summary>
    /// Records asked for at once because their nodes told of newer ones; what is over waits for the next time they do. Peers choose when: without
    /// a bound they take the room of all other requests. Ours.
    /// </summary>
    public const int MaxRefreshes = 64;

    /// <summary>Lookups at once; a further one fails at once.</summary>
    public const int MaxLookups = 32;

    /// <summary>Nodes whose record's sequence number is remembered, so that the host hears of each record once.</summary>
    public const int MaxRememberedRecords = 4096;

    /// <summary>Records given by the host that are tried again while the table is thin; the newest.</summary>
    public const int MaxGivenRecords = 64;

    /// <summary>Bytes of a TALKREQ or TALKRESP payload that surely fit one packet of 1280 bytes besides header, ids and protocol name.</summary>
    public const int MaxTalkPayload = 1024;

    /// <summary>Bytes of a talk protocol's name.</summary>
    public const int MaxTalkProtocol = 64;

    /// <summary>Received datagrams and commands waiting for the loop; datagrams beyond it are dropped, commands wait.</summary>
    public const int MaxLoopItems = 1024;

    /// <summary>Events a host has not read yet; the oldest is dropped and counted.</summary>
    public const int MaxEvents = 1024;

    /// <summary>Talk handlers running at once (geth allows 1,024, each of which may wait 400 ms for its slot; ours are dropped at once).</summary>
    public const int MaxTalkHandlers = 64;

    /// <summary>Largest packet, 1280 bytes (wire.md 11.1), and one byte to see that a datagram is longer.</summary>
    public const int ReceiveBufferSize = 1280 + 1;

    /// <summary>Receive errors in a row after which the reader pauses between attempts.</summary>
    public const int ReceiveFailuresBeforePause = 16;

    /// <summary>That pause.</summary>
    public static readonly TimeSpan ReceivePause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long disposal waits for talk handlers.</summary>
    public static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>At least this long between two changes of our own record by votes: each one costs every connected peer a FINDNODE.</summary>
    public static readonly TimeSpan MinEnrUpdateInterval = TimeSpan.FromSeconds(5);
}
