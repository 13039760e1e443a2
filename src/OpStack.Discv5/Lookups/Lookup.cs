namespace OpStack.Discv5.Lookups;

/// <summary>
/// One iterative lookup (wire.md section 11.6): asks the closest nodes it knows, three at a time, for nodes closer to the target, until the
/// 16 closest that answer have been asked. A core: no clock, no lock; <see cref="TryNext"/> is called after every event and at <see
/// cref="NextDeadline"/>.
/// </summary>
/// <remarks>
/// As in sigp a node that fails gives its place among the 16 to the next one (geth leaves it there), so dead nodes cost time but no
/// results. Records must have been checked (<see cref="NodesAnswer{TRecord}"/>) before they are handed in.
/// </remarks>
internal sealed class Lookup<TRecord>
    where TRecord : class, INodeRecord
{
    private readonly List<LookupPeer<TRecord>> _peers = [];
    private readonly Dictionary<NodeId, LookupPeer<TRecord>> _seen = [];

    /// <summary>Those in the state <see cref="LookupPeerState.Asked"/>: at most as many as are asked at a time.</summary>
    private readonly List<LookupPeer<TRecord>> _running = new(LookupLimits.Parallelism);
    private readonly NodeId _self;
    private readonly TimeSpan _end;
    private int _asked;

    /// <param name="self">Our own id, which is never asked.</param>
    /// <param name="target">What to come close to.</param>
    /// <param name="seeds">The closest nodes our table has, or bootnodes.</param>
    /// <param name="now">When the lookup begins; it ends 60 s later at the latest.</param>
    public Lookup(NodeId self, NodeId target, IEnumerable<TRecord> seeds, TimeSpan now)
    {
        _self = self;
        Target = target;
        _end = now + LookupLimits.LookupTimeout;
        foreach (TRecord seed in seeds)
        {
            Hear(seed, hop: 1);
        }
    }

    /// <summary>What the lookup comes close to.</summary>
    public NodeId Target { get; }

    /// <summary>Nodes asked so far: the FINDNODEs it cost.</summary>
    public int Asked => _asked;

    /// <summary>The longest way to a node of <see cref="Result"/>: 1 when our own table had them all, 0 when there is none.</summary>
    public int Hops => Answers.Select(peer => peer.Hop).DefaultIfEmpty(0).Max();

    /// <summary>Nodes heard of so far.</summary>
    public int Seen => _seen.Count;

    /// <summary>Whether it is over: what it found is final, and answers no longer change it.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>When time alone changes something next: a node becomes unresponsive, or the lookup ends.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            TimeSpan next = _end;
            foreach (LookupPeer<TRecord> peer in _running)
            {
                next = peer.Deadline < next ? peer.Deadline : next;
            }

            return next;
        }
    }

    /// <summary>The up to 16 closest nodes that answered, the closest first.</summary>
    public IReadOnlyList<TRecord> Result =>
        [.. Answers.Select(peer => peer.Record)];

    private IEnumerable<LookupPeer<TRecord>> Answers =>
        _peers.Where(peer => peer.State == LookupPeerState.Answered).Take(LookupLimits.Results);

    /// <summary>
    /// The next node to ask, if one is due; to be called until false. Its outcome must be told by <see cref="Answered"/> or <see
    /// cref="Failed"/>. False while enough nodes are being asked, and when the lookup is finished.
    /// </summary>
    public bool TryNext(TimeSpan now, out LookupQuery<TRecord> query)
    {
        query = default;
        Advance(now);
        if (IsFinished || _running.Count >= LookupLimits.Parallelism)
        {
            return false;
        }

        if (NextToAsk() is not { } peer)
        {
            IsFinished = _running.Count == 0;
            return false;
        }

        peer.State = LookupPeerState.Asked;
        peer.Deadline = now + LookupLimits.PeerTimeout;
        _running.Add(peer);
        _asked++;
        query = new LookupQuery<TRecord>(peer.Record, LookupDistances.For(Target, peer.Record.NodeId));
        return true;
    }

    /// <summary>
    /// A node that was asked answered with these records, all checked. Answers of nodes that were not asked, and second ones, are ignored.
    /// </summary>
    public void Answered(NodeId responder, IEnumerable<TRecord> found)
    {
        if (!TryConclude(responder, LookupPeerState.Answered))
        {
            return;
        }

        int hop = _seen[responder].Hop + 1;
        foreach (TRecord record in found)
        {
            Hear(record, hop);
        }
    }

    /// <summary>A node that was asked did not answer in time, or misbehaved.</summary>
    public void Failed(NodeId responder) => TryConclude(responder, LookupPeerState.Failed);

    private bool TryConclude(NodeId responder, LookupPeerState outcome)
    {
        if (IsFinished || !_seen.TryGetValue(responder, out LookupPeer<TRecord>? peer) ||
            peer.State is not (LookupPeerState.Asked or LookupPeerState.Unresponsive))
        {
            return false;
        }

        _running.Remove(peer);
        peer.State = outcome;
        return true;
    }

    private void Advance(TimeSpan now)
    {
        if (now >= _end)
        {
            IsFinished = true;
            return;
        }

        // All are given equally long, so those asked first are due first.
        while (_running.Count > 0 && now >= _running[0].Deadline)
        {
            _running[0].State = LookupPeerState.Unresponsive;
            _running.RemoveAt(0);
        }
    }

    /// <summary>The closest node not asked yet, if fewer than 16 closer ones have answered or still may.</summary>
    private LookupPeer<TRecord>? NextToAsk()
    {
        int closer = 0;
        foreach (LookupPeer<TRecord> peer in _peers)
        {
            if (closer == LookupLimits.Results || _asked == LookupLimits.MaxAsked)
            {
                return null;
            }

            switch (peer.State)
            {
                case LookupPeerState.Known:
                    return peer;
                case LookupPeerState.Asked or LookupPeerState.Answered:
                    closer++;
                    break;
            }
        }

        return null;
    }

    private void Hear(TRecord record, int hop)
    {
        if (record.NodeId == _self || _seen.Count >= LookupLimits.MaxSeen || _seen.ContainsKey(record.NodeId))
        {
            return;
        }

        LookupPeer<TRecord> peer = new(record, hop);
        _seen.Add(record.NodeId, peer);
        int low = 0, high = _peers.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (NodeId.CompareDistance(Target, _peers[middle].Record.NodeId, record.NodeId) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        _peers.Insert(low, peer);
    }
}
