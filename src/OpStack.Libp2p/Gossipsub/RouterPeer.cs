using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What the router knows of a connected peer; gone when the peer is.</summary>
/// <param name="id">Its id.</param>
/// <param name="isDirect">It is one of <see cref="GossipsubOptions.DirectPeers"/>.</param>
internal sealed class RouterPeer(PeerId id, bool isDirect)
{
    private UnwantedIds? _unwanted;

    /// <summary>What counts per heartbeat.</summary>
    public HeartbeatSpending Spent;

    public PeerId Id => id;

    public bool IsDirect => isDirect;

    public GossipsubVersion Version { get; set; }

    /// <summary>We dialled it.</summary>
    public bool Outbound { get; set; }

    /// <summary>What it subscribes to.</summary>
    public HashSet<string> Topics { get; } = [];

    /// <summary>Its score when it was last looked at: at its last input, and at every heartbeat.</summary>
    public double Score { get; set; }

    /// <summary>Its score was below the graylist threshold then.</summary>
    public bool IsGraylisted { get; set; }

    /// <summary>A frame of it waits with the shell; until the next heartbeat is over.</summary>
    public bool IsHeldUp { get; set; }

    /// <summary>What this step wants sent: parts after the first hold IHAVE only.</summary>
    public List<GossipRpc> Outbox { get; } = [];

    /// <summary>
    /// GRAFTs, PRUNEs and subscriptions of dropped RPCs, or forgotten with a stream of the peer's, to be sent again if they still hold; no two alike, so
    /// a few per topic of ours.
    /// </summary>
    public GossipRpc? Retry { get; set; }

    /// <summary>Ids now held that the peer does not want.</summary>
    public int UnwantedCount => _unwanted?.Count ?? 0;

    /// <summary>The peer does not want this message.</summary>
    public bool DoesNotWant(MessageId id) => _unwanted is not null && _unwanted.Contains(id);

    /// <summary>Takes an id of an IDONTWANT; false when there are too many this heartbeat.</summary>
    public bool TryAddUnwanted(MessageId id) => (_unwanted ??= new UnwantedIds()).TryAdd(id);

    /// <summary>A heartbeat passed: what is counted per heartbeat begins anew.</summary>
    public void OnHeartbeat()
    {
        Spent = default;
        _unwanted?.OnHeartbeat();
    }
}

/// <summary>What one peer had of us, or we of it, since the last heartbeat.</summary>
internal record struct HeartbeatSpending
{
    /// <summary>RPCs with IHAVE taken.</summary>
    public int IHaveRpcs;

    /// <summary>Ids we asked it for.</summary>
    public int IdsAsked;

    /// <summary>RPCs with IDONTWANT sent.</summary>
    public int IDontWantsSent;

    /// <summary>Bytes of messages given on IWANT.</summary>
    public long BytesGiven;

    /// <summary>Peers taken from its PRUNEs.</summary>
    public int PeersExchanged;
}
