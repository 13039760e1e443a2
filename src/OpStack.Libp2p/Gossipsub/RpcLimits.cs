namespace OpStack.Libp2p.Gossipsub;

/// <summary>Bounds of what is read from, kept for and sent to a gossip peer. Sources: wire.md 9.16, attack-cases.md section 3.</summary>
internal static class RpcLimits
{
    /// <summary>Longest RPC in bytes, without its length prefix (op-node and kona: 10 MiB).</summary>
    public const int MaxRpc = 10 * 1024 * 1024;

    /// <summary>Most bytes of subscriptions and control together in one RPC we read (5,000 ids of an IHAVE need 110 KB; an attacker gets no more than this scanned).</summary>
    public const int MaxControlBytes = 1024 * 1024;

    /// <summary>Most bytes of subscriptions and control in one RPC we send (rust-libp2p-gossipsub 0.50 errors the stream above it).</summary>
    public const int MaxControlBytesSent = 16 * 1024;

    /// <summary>Most subscriptions in one RPC (rust-libp2p-gossipsub 0.50, PR 6527).</summary>
    public const int MaxSubscriptions = 100;

    /// <summary>Most publish entries in one RPC (rust-libp2p-gossipsub 0.50).</summary>
    public const int MaxPublish = 500;

    /// <summary>Most ids of all IHAVE entries of one RPC together that are kept (go MaxIHaveLength); the rest is dropped.</summary>
    public const int MaxIHaveIds = 5000;

    /// <summary>Most ids of all IWANT entries of one RPC together that are kept; the rest is dropped.</summary>
    public const int MaxIWantIds = 5000;

    /// <summary>Most ids of all IDONTWANT entries of one RPC together that are kept (go MaxIDontWantMessages); the rest is dropped.</summary>
    public const int MaxIDontWantIds = 1000;

    /// <summary>Most IHAVE, GRAFT and PRUNE entries of one RPC together (a choice of ours: one per topic is what peers send).</summary>
    public const int MaxControlEntries = 300;

    /// <summary>Most peers of one PRUNE that are kept (go PrunePeers); the rest is dropped.</summary>
    public const int MaxPrunePeers = 16;

    /// <summary>Longest topic in bytes (wire.md 9.16).</summary>
    public const int MaxTopicBytes = 256;

    /// <summary>Longest signed peer record of a PRUNE's peer in bytes; a longer one is dropped with its peer.</summary>
    public const int MaxSignedPeerRecord = 4096;

    /// <summary>Longest PRUNE backoff in seconds, applied where it is read (CVE-2026-33040, CVE-2026-34219).</summary>
    public const int MaxPruneBackoffSeconds = 3600;

    /// <summary>Most RPCs waiting for one peer, control and messages together (op-node's outbound queue).</summary>
    public const int SendQueueEntries = 256;

    /// <summary>Most bytes waiting for one peer (attack-cases.md row 42).</summary>
    public const int SendQueueBytes = 16 * 1024 * 1024;

    /// <summary>Frames up to this many bytes are read without asking the budget: it is what one peer costs anyway.</summary>
    public const int SmallFrame = 16 * 1024;

    /// <summary>
    /// Longest frame that counts as ordinary (a choice of ours): blocks have tens to some hundreds of KB compressed. One of each of the connections a host
    /// allows (attack-cases 3: 128) fits into <see cref="OrdinaryFramesInFlight"/>.
    /// </summary>
    public const int OrdinaryFrame = OrdinaryFramesInFlight / 128;

    /// <summary>Bytes of ordinary frames in flight in all, from their first byte until the router has them; with the large ones 64 MiB (ARCHITECTURE.md, step 2 of a block).</summary>
    public const int OrdinaryFramesInFlight = 32 * 1024 * 1024;

    /// <summary>The same of larger frames.</summary>
    public const int LargeFramesInFlight = 32 * 1024 * 1024;

    /// <summary>Bytes of messages in flight in all, frame and decoded body, until their verdict: 512 validations of 10 MiB each would be 10 GiB (a choice of ours).</summary>
    public const int MessagesInFlight = 64 * 1024 * 1024;

    /// <summary>Inputs from peers waiting for the router (a choice of ours); the peer whose input is one too many waits.</summary>
    public const int RouterInputs = 1024;

    /// <summary>Frames the duplicate index looks for; 4 blocks a second for the 6 s of the message cache need 24 (a choice of ours).</summary>
    public const int RetainedFrames = 1024;

    /// <summary>Retained frames compared with a received one, byte by byte (a choice of ours).</summary>
    public const int DuplicateCandidates = 4;

    /// <summary>Outbound streams opened on one connection: rust-libp2p disables gossipsub for it at the fifth (row 45b).</summary>
    public const int StreamAttempts = 4;

    /// <summary>Concurrent checks of one topic (op-node's validator concurrency).</summary>
    public const int ValidationConcurrency = 4;

    /// <summary>Longest a frame may take to arrive while others wait for its room; each part of it has its share of this (a choice of ours).</summary>
    public static readonly TimeSpan FrameGrace = TimeSpan.FromSeconds(10);

    /// <summary>Before that time begins: what a round trip or two may take until the first bytes are there (a choice of ours).</summary>
    public static readonly TimeSpan FrameStart = TimeSpan.FromMilliseconds(500);

    /// <summary>How often holders are looked at while others wait for room (a choice of ours).</summary>
    public static readonly TimeSpan FrameCheck = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest one write may take (go-libp2p-pubsub after v0.12).</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After this long without an RPC an empty one is sent, which every peer ignores (wire.md 9.1): js-libp2p resets streams that are idle
    /// for 120 s, and a node that only receives would soon be out of <see cref="StreamAttempts"/>.
    /// </summary>
    public static readonly TimeSpan StreamKeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>First pause before a stream is opened again; doubles up to <see cref="MaxReopenDelay"/> (go-libp2p-pubsub).</summary>
    public static readonly TimeSpan MinReopenDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause before a stream is opened again.</summary>
    public static readonly TimeSpan MaxReopenDelay = TimeSpan.FromSeconds(10);

    /// <summary>Longest random addition to that pause.</summary>
    public static readonly TimeSpan ReopenJitter = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest a message may wait for its verdict, its place in the queue included (op-node's validator timeout).</summary>
    public static readonly TimeSpan ValidationTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Dials of direct and exchanged peers at one time (go-libp2p-pubsub Connectors).</summary>
    public const int Connectors = 8;

    /// <summary>Such dials waiting or under way (go-libp2p-pubsub MaxPendingConnections).</summary>
    public const int PendingDials = 128;

    /// <summary>Longest such a dial may take, its wait included (go-libp2p-pubsub ConnectionTimeout).</summary>
    public static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How often the router is told where peers' connections come from (go-libp2p-pubsub: IPs are refreshed each minute).</summary>
    public static readonly TimeSpan AddressRefresh = TimeSpan.FromMinutes(1);

    /// <summary>Longest disposal waits for calls into the handler that do not return (a choice of ours).</summary>
    public static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(5);
}
