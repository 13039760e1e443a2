namespace OpStack.Libp2p.Gossipsub;

/// <summary>The counters behind <see cref="ControlCounts"/>. Any thread.</summary>
internal sealed class ControlCounters
{
    private long _subscribe;
    private long _unsubscribe;
    private long _iHave;
    private long _iWant;
    private long _graft;
    private long _prune;
    private long _iDontWant;

    public ControlCounts Snapshot() => new(
        Interlocked.Read(ref _subscribe),
        Interlocked.Read(ref _unsubscribe),
        Interlocked.Read(ref _iHave),
        Interlocked.Read(ref _iWant),
        Interlocked.Read(ref _graft),
        Interlocked.Read(ref _prune),
        Interlocked.Read(ref _iDontWant));

    /// <summary>Counts what the RPC carries; its messages are not looked at.</summary>
    public void Add(GossipRpc rpc)
    {
        int subscribed = 0;
        foreach (SubscriptionEntry entry in rpc.Subscriptions)
        {
            subscribed += entry.Subscribe ? 1 : 0;
        }

        Add(ref _subscribe, subscribed);
        Add(ref _unsubscribe, rpc.Subscriptions.Count - subscribed);
        Add(ref _iHave, rpc.IHave.Count);
        Add(ref _iWant, rpc.IWant.Count);
        Add(ref _graft, rpc.Graft.Count);
        Add(ref _prune, rpc.Prune.Count);
        Add(ref _iDontWant, rpc.IDontWant.Count);
    }

    private static void Add(ref long counter, int count)
    {
        if (count > 0)
        {
            Interlocked.Add(ref counter, count);
        }
    }
}
