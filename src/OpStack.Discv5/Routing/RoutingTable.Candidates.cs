using System.Net;

namespace OpStack.Discv5.Routing;

/// <content>
/// Nodes that contacted us: they wait outside the buckets until they answer a PING of ours (devp2p's rationale: no members on inbound
/// contact).
/// </content>
internal sealed partial class RoutingTable<TRecord>
{
    /// <summary>Oldest first.</summary>
    private readonly List<TableEntry<TRecord>> _candidates = [];
    private readonly SubnetCounter _candidateSubnets;
    private TimeSpan _nextCandidate;

    /// <summary>Nodes waiting for our PING.</summary>
    public int CandidateCount => _candidates.Count;

    /// <summary>
    /// Offers the record of a node that completed a handshake with us from <paramref name="source"/>. A newer record of a known node is
    /// taken as in <see cref="Add"/>; a new node is only pinged, at the very endpoint, if its record names it and its bucket has a place.
    /// </summary>
    public TableUpdate AddInbound(TRecord record, IPEndPoint source, TimeSpan now)
    {
        if (!TryPlace(record, now, out IPEndPoint? endpoint, out Bucket<TRecord>? bucket, out TableUpdate refusal))
        {
            return refusal;
        }

        if ((bucket.Find(record.NodeId) ?? bucket.FindReplacement(record.NodeId)) is { } known)
        {
            return Update(bucket, known, record, endpoint, now);
        }

        if (!ContactEndpoint.IsNamed(record, source))
        {
            return TableUpdate.EndpointMismatch;
        }

        if (_candidates.Find(candidate => candidate.NodeId == record.NodeId) is not null)
        {
            return TableUpdate.Known;
        }

        if (bucket.IsFull || _candidates.Count >= RoutingLimits.MaxCandidates)
        {
            return TableUpdate.Full;
        }

        IPAddress address = AddressScope.Normalise(source.Address);
        if (!bucket.Subnets.HasRoom(address) || !_subnets.HasRoom(address) || !_candidateSubnets.TryAdd(address))
        {
            return TableUpdate.SubnetLimit;
        }

        _candidates.Add(new TableEntry<TRecord>(record, AddressScope.Normalise(source)));
        return TableUpdate.Candidate;
    }

    private TimeSpan? NextCandidate => _candidates.Exists(candidate => !candidate.IsPinging) ? _nextCandidate : null;

    private TableEntry<TRecord>? TakeDueCandidate(TimeSpan now)
    {
        if (now < _nextCandidate || _candidates.Find(candidate => !candidate.IsPinging) is not { } due)
        {
            return null;
        }

        _nextCandidate = now + RoutingLimits.CandidateInterval;
        return due;
    }

    /// <summary>The candidate answered: it is live from the start.</summary>
    private bool Admit(TableEntry<TRecord> candidate, TimeSpan now)
    {
        candidate.IsPinging = false;
        MarkAlive(candidate, now);
        return Insert(BucketOf(candidate.NodeId), candidate, now) is TableUpdate.Added or TableUpdate.Replacement;
    }

    private bool RemoveCandidate(NodeId node)
    {
        int index = _candidates.FindIndex(candidate => candidate.NodeId == node);
        if (index < 0)
        {
            return false;
        }

        _candidateSubnets.Remove(_candidates[index].Endpoint.Address);
        _candidates.RemoveAt(index);
        return true;
    }
}
