using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>What the router knows of a connected peer; gone when the peer is.</summary>
internal sealed class RouterPeer(PeerId id)
{
    // Ids the peer does not want: one set per heartbeat, newest first. Null until it says so for the first time.
    private HashSet<MessageId>[]? _unwanted;
    private int _unwantedThisHeartbeat;

    public PeerId Id => id;

    public GossipsubVersion Version { get; set; }

    /// <summary>We dialled it.</summary>
    public bool Outbound { get; set; }

    /// <summary>What it subscribes to.</summary>
    public HashSet<string> Topics { get; } = [];

    /// <summary>RPCs with IHAVE since the last heartbeat.</summary>
    public int IHaveRpcs { get; set; }

    /// <summary>Ids we asked it for since the last heartbeat.</summary>
    public int IdsAsked { get; set; }

    /// <summary>What this step wants sent: parts after the first hold IHAVE only.</summary>
    public List<Rpc> Outbox { get; } = [];

    /// <summary>GRAFTs, PRUNEs and subscriptions of dropped RPCs, to be sent again if they still hold.</summary>
    public Rpc? Retry { get; set; }

    /// <summary>Ids now held that the peer does not want.</summary>
    public int UnwantedCount => _unwanted?.Sum(ids => ids.Count) ?? 0;

    /// <summary>The peer does not want this message.</summary>
    public bool DoesNotWant(MessageId id) => _unwanted is not null && Array.Exists(_unwanted, ids => ids.Contains(id));

    /// <summary>Takes the ids of an IDONTWANT, within the bounds.</summary>
    public void AddUnwanted(List<MessageId> ids)
    {
        int count = Math.Min(ids.Count, GossipsubLimits.MaxIDontWantIds - _unwantedThisHeartbeat);
        if (count <= 0)
        {
            return;
        }

        _unwanted ??= [.. Enumerable.Range(0, GossipsubLimits.IDontWantHeartbeats).Select(_ => new HashSet<MessageId>())];
        _unwantedThisHeartbeat += count;
        for (int i = 0; i < count; i++)
        {
            _unwanted[0].Add(ids[i]);
        }
    }

    /// <summary>A heartbeat passed: what is counted per heartbeat begins anew, and ids it did not want three heartbeats ago are forgotten.</summary>
    public void OnHeartbeat()
    {
        IHaveRpcs = 0;
        IdsAsked = 0;
        _unwantedThisHeartbeat = 0;
        if (_unwanted is null)
        {
            return;
        }

        HashSet<MessageId>[] kept = [[], .. _unwanted[..^1]];
        _unwanted = Array.TrueForAll(kept, ids => ids.Count == 0) ? null : kept;
    }
}
