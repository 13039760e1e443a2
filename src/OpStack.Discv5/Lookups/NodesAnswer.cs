using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5.Lookups;

/// <summary>
/// Collects and checks the answer to one FINDNODE over its packets (wire.md section 11.3). Bounded by 16 records and 5 packets, whatever
/// the responder claims. Signatures have been verified before.
/// </summary>
/// <param name="self">Our own id.</param>
/// <param name="responder">Who was asked.</param>
/// <param name="responderAddress">Where it was asked.</param>
/// <param name="distances">What it was asked for.</param>
/// <param name="families">The IP versions we can send on.</param>
internal sealed class NodesAnswer<TRecord>(NodeId self, NodeId responder, IPAddress responderAddress, int[] distances, IpFamilies families)
    where TRecord : class, INodeRecord
{
    private readonly List<TRecord> _accepted = [];
    private readonly HashSet<NodeId> _nodes = [];
    private int _expected;
    private int _packets;
    private int _records;

    /// <summary>The records taken.</summary>
    public IReadOnlyList<TRecord> Accepted => _accepted;

    /// <summary>Whether the responder told something it was not asked for: no honest node does, and none of it is to be trusted.</summary>
    public bool Misbehaved { get; private set; }

    /// <summary>Whether as many packets have come as the first one announced, but at most 5 count.</summary>
    public bool IsComplete => _packets > 0 && _packets >= _expected;

    /// <summary>Takes one NODES packet; returns whether the answer is complete. Packets after that are ignored.</summary>
    /// <param name="total">The number of packets it announces. The first packet's counts.</param>
    /// <param name="records">Its records.</param>
    public bool AddPacket(int total, IEnumerable<TRecord> records)
    {
        if (IsComplete)
        {
            return true;
        }

        if (_packets == 0)
        {
            _expected = Math.Min(total, LookupLimits.MaxPackets);
        }

        _packets++;
        foreach (TRecord record in records)
        {
            Add(record);
        }

        return IsComplete;
    }

    /// <summary>Checks one record and keeps it if it is good.</summary>
    public NodesVerdict Add(TRecord record)
    {
        NodesVerdict verdict = Check(record);
        if (verdict == NodesVerdict.Accepted)
        {
            _accepted.Add(record);
        }

        Misbehaved |= verdict == NodesVerdict.WrongDistance || (verdict == NodesVerdict.Duplicate && distances is [0]);
        return verdict;
    }

    private NodesVerdict Check(TRecord record)
    {
        int distance = responder.DistanceTo(record.NodeId);
        if (!distances.Contains(distance))
        {
            return NodesVerdict.WrongDistance;
        }

        if (++_records > LookupLimits.MaxRecords)
        {
            return NodesVerdict.TooMany;
        }

        if (!_nodes.Add(record.NodeId))
        {
            return NodesVerdict.Duplicate;
        }

        if (record.NodeId == self)
        {
            return NodesVerdict.Self;
        }

        if (ContactEndpoint.Select(record, families) is not { } endpoint)
        {
            // A node's own record may well name no endpoint: we reached it all the same.
            return distance == 0 ? NodesVerdict.Accepted : NodesVerdict.NoEndpoint;
        }

        bool good = RelayAddressCheck.Check(responderAddress, endpoint) == RelayAddressVerdict.Valid;
        return good ? NodesVerdict.Accepted : NodesVerdict.BadAddress;
    }
}
