namespace OpStack.Libp2p.Gossipsub;

/// <summary>What the router has counted since it began.</summary>
public record struct RouterCounters
{
    /// <summary>Heartbeats.</summary>
    public long Heartbeats { get; set; }

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

    /// <summary>Messages dropped because their peer was not connected, or below the graylist threshold.</summary>
    public long NotAccepted { get; set; }

    /// <summary>RPCs of control dropped for the same reasons, or for too many subscriptions.</summary>
    public long ControlNotAccepted { get; set; }

    /// <summary>Messages of topics that are not joined.</summary>
    public long NotJoined { get; set; }

    /// <summary>Peers that came: their outbound stream is open.</summary>
    public long PeersAdded { get; set; }

    /// <summary>Peers that went.</summary>
    public long PeersRemoved { get; set; }

    /// <summary>Topics joined.</summary>
    public long Joined { get; set; }

    /// <summary>Topics left.</summary>
    public long Left { get; set; }

    /// <summary>Peers that entered a mesh, by their GRAFT or ours.</summary>
    public long Grafted { get; set; }

    /// <summary>Peers that left a mesh, by a PRUNE or unsubscription of theirs or ours, or with their connection.</summary>
    public long Pruned { get; set; }

    /// <summary>GRAFTs during backoff.</summary>
    public long GraftsInBackoff { get; set; }

    /// <summary>GRAFTs answered by PRUNE, those during backoff included.</summary>
    public long GraftsRefused { get; set; }

    /// <summary>GRAFTs of topics that are not joined, left without an answer.</summary>
    public long GraftsIgnored { get; set; }

    /// <summary>Peers grafted to better a mesh of low scores.</summary>
    public long OpportunisticGrafts { get; set; }

    /// <summary>RPCs with IHAVE ignored because the peer sent too many in its heartbeat, or too many ids.</summary>
    public long IHavesIgnored { get; set; }

    /// <summary>Ids asked for by IWANT.</summary>
    public long IdsAsked { get; set; }

    /// <summary>Promises made by peers, one for each IWANT we answered their IHAVE with.</summary>
    public long PromisesMade { get; set; }

    /// <summary>Promises that ended because the message came, from whomever.</summary>
    public long PromisesKept { get; set; }

    /// <summary>Promises broken: a penalty each.</summary>
    public long PromisesBroken { get; set; }

    /// <summary>Promises that ended without the message for a reason of ours, or with their peer.</summary>
    public long PromisesVoid { get; set; }

    /// <summary>Messages given on IWANT.</summary>
    public long MessagesGiven { get; set; }

    /// <summary>Bytes of messages given on IWANT.</summary>
    public long BytesGiven { get; set; }

    /// <summary>Sends of messages spared because the peer did not want them.</summary>
    public long Unwanted { get; set; }

    /// <summary>Ids of IDONTWANT taken.</summary>
    public long UnwantedIds { get; set; }

    /// <summary>Ids of IDONTWANT ignored because the peer sent too many in its heartbeat.</summary>
    public long UnwantedIgnored { get; set; }

    /// <summary>Messages of ours sent to all subscribers.</summary>
    public long FloodPublished { get; set; }

    /// <summary>Penalties for bad behaviour (P7).</summary>
    public long Penalties { get; set; }

    /// <summary>Times that a peer fell below the graylist threshold.</summary>
    public long Graylisted { get; set; }

    /// <summary>Dials asked for to direct peers.</summary>
    public long DirectDials { get; set; }

    /// <summary>Peers named in our PRUNEs.</summary>
    public long ExchangeSent { get; set; }

    /// <summary>Peers taken from PRUNEs to be connected to.</summary>
    public long ExchangeTaken { get; set; }

    /// <summary>PRUNEs whose peers were ignored: exchange is off, or the sender's score too low, or it named too many.</summary>
    public long ExchangeIgnored { get; set; }
}
