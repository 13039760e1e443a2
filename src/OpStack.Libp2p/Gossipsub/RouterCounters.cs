namespace OpStack.Libp2p.Gossipsub;

/// <summary>What the router has counted since it began.</summary>
public record struct RouterCounters
{
    /// <summary>Messages accepted.</summary>
    public long Accepted { get; set; }

    /// <summary>Messages the handler rejected.</summary>
    public long Rejected { get; set; }

    /// <summary>Messages the handler ignored.</summary>
    public long Ignored { get; set; }

    /// <summary>Further copies of messages.</summary>
    public long Duplicates { get; set; }

    /// <summary>Messages refused by the signing policy.</summary>
    public long Invalid { get; set; }

    /// <summary>Messages dropped because their topic's validation queue was full.</summary>
    public long QueueFull { get; set; }

    /// <summary>Messages dropped because too many validations were outstanding in all.</summary>
    public long Throttled { get; set; }

    /// <summary>Messages and RPCs dropped because their peer was not connected, or below the graylist threshold.</summary>
    public long NotAccepted { get; set; }

    /// <summary>Messages of topics that are not joined.</summary>
    public long NotJoined { get; set; }

    /// <summary>GRAFTs during backoff.</summary>
    public long GraftsInBackoff { get; set; }

    /// <summary>Ids asked for by IWANT.</summary>
    public long IdsAsked { get; set; }

    /// <summary>Messages given on IWANT.</summary>
    public long MessagesGiven { get; set; }

    /// <summary>Sends of messages spared because the peer did not want them.</summary>
    public long Unwanted { get; set; }
}
