namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>What a victim is measured to be. Peaks, blocks and latencies are those since its last "reset"; counters those since its start.</summary>
internal sealed record VictimFigures
{
    public int ProcessId { get; init; }

    /// <summary>Resident bytes of the process.</summary>
    public long ResidentSet { get; init; }

    /// <summary>The most resident bytes seen, looked at 20 times a second.</summary>
    public long PeakResidentSet { get; init; }

    /// <summary>Managed bytes in use; after full collections where they were asked for.</summary>
    public long Heap { get; init; }

    /// <summary>Bytes that the collector has committed: what is in use, and what it has not given back.</summary>
    public long Committed { get; init; }

    /// <summary>Open file descriptors.</summary>
    public int Descriptors { get; init; }

    /// <summary>Tasks of connections and gossip.</summary>
    public int Tasks { get; init; }

    /// <summary>Timers that are set.</summary>
    public long Timers { get; init; }

    /// <summary>Threads of the process.</summary>
    public int Threads { get; init; }

    /// <summary>Threads of the pool.</summary>
    public int PoolThreads { get; init; }

    public int PeakPoolThreads { get; init; }

    /// <summary>Processor time of the process, in seconds.</summary>
    public double CpuSeconds { get; init; }

    public int Inbound { get; init; }

    public int Outbound { get; init; }

    public int HalfOpen { get; init; }

    public int PeakHalfOpen { get; init; }

    public int PeakInbound { get; init; }

    /// <summary>Peers of gossip; never more than are connected.</summary>
    public int GossipPeers { get; init; }

    /// <summary>Blocks of the honest peer that came out, each height once.</summary>
    public long Blocks { get; init; }

    /// <summary>Other valid blocks that came out.</summary>
    public long OtherBlocks { get; init; }

    /// <summary>Milliseconds from the honest peer's call to publish until the host has the block.</summary>
    public double P50 { get; init; }

    public double P99 { get; init; }

    /// <summary>Task exceptions that nobody observed.</summary>
    public long Unobserved { get; init; }

    /// <summary>Times that a peer fell below the graylist threshold.</summary>
    public long Graylisted { get; init; }

    /// <summary>Penalties for bad behaviour (P7).</summary>
    public long Penalties { get; init; }

    /// <summary>Peers banned now.</summary>
    public int Bans { get; init; }

    /// <summary>Sockets that were refused before a handshake, and handshakes that a limit ended.</summary>
    public long Refused { get; init; }

    /// <summary>Messages left aside because the machine did not get round to judging them in 3 s.</summary>
    public long TooLate { get; init; }

    /// <summary>Messages that were judged and are invalid.</summary>
    public long Rejected { get; init; }

    /// <summary>Exceptions of the router's and of the block handler: bugs.</summary>
    public long GossipFaults { get; init; }

    /// <summary>Faults of the parts of the node: bugs, or a machine that is in trouble.</summary>
    public long PartFaults { get; init; }

    /// <summary>Whether discovery does its work.</summary>
    public bool DiscoveryIsHealthy { get; init; }

    /// <summary>Bytes of datagrams that discovery has sent.</summary>
    public long UdpSent { get; init; }
}
