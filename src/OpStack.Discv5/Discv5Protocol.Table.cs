using System.Net;
using System.Net.Sockets;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Lookups;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Routing;

namespace OpStack.Discv5;

/// <summary>The routing table: records come in, liveness is checked on its own schedule, and lookups keep it full.</summary>
internal sealed partial class Discv5Protocol
{
    private readonly RoutingTable<Enr> _table;
    private readonly IpFamilies _families;
    private readonly LruMap<NodeId, ulong?> _discovered = new(Discv5Limits.MaxRememberedRecords);
    private readonly RefreshSchedule _refresh;
    private readonly List<Enr> _given = [];

    /// <summary>
    /// Fewer nodes than one bucket holds: as long as it is so, and not only while the table is empty, refreshes follow each other quickly.
    /// In a network that starts, the boot node itself knows nobody yet when it is asked first.
    /// </summary>
    private bool IsThin => _table.Count < RoutingLimits.BucketSize;

    private TimeSpan TableDeadline
    {
        get
        {
            if (_isStopped)
                return TimeSpan.MaxValue;

            // Without room for a PING the next deadline is that of a request.
            TimeSpan ping = _requests.HasRoom ? _table.NextPing ?? TimeSpan.MaxValue : TimeSpan.MaxValue;
            return _options.TableRefresh ? Min(ping, _refresh.Next(IsThin)) : ping;
        }
    }

    private static IpFamilies FamiliesOf(Discv5Options options)
    {
        IpFamilies families = 0;
        foreach (IPEndPoint address in options.ListenAddresses)
        {
            bool v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
            families |= v6 ? IpFamilies.V6 : IpFamilies.V4;
            if (options.ListenAddresses.Count == 1 && address.Address.Equals(IPAddress.IPv6Any))
                families = IpFamilies.Both;
        }

        return families;
    }

    /// <summary>A record of the host: a boot node or a stored one.</summary>
    private void AddGiven(Enr record)
    {
        _given.RemoveAll(other => other.NodeId == record.NodeId);
        if (_given.Count == Discv5Limits.MaxGivenRecords)
            _given.RemoveAt(0);
        _given.Add(record);
        Offer(record);
    }

    /// <summary>A verified record from anywhere but an inbound handshake.</summary>
    private void Offer(Enr record)
    {
        if (record.NodeId == _localId)
            return;

        _table.Add(record, _now);
        Discover(record);
    }

    /// <summary>A node that contacted us: it waits for our PING outside the table (attack-cases 1.3, eclipse).</summary>
    private void OfferInbound(Enr record, IPEndPoint source)
    {
        _table.AddInbound(record, source, _now);
        Discover(record);
    }

    /// <summary>Tells the host of every record once; what it does not remember any more it tells again.</summary>
    private void Discover(Enr record)
    {
        ref ulong? sequence = ref _discovered.Use(record.NodeId);
        if (!(sequence >= record.Sequence))
        {
            sequence = record.Sequence;
            Raise(new Discv5Event.Discovered(record));
        }
    }

    private void TickTable()
    {
        if (_isStopped)
            return;

        while (_requests.HasRoom && _table.TryNextPing(_now, out PingTarget<Enr> target))
            CheckLiveness(target);

        if (_options.TableRefresh && _refresh.TryBegin(IsThin, _now))
            Refresh();
    }

    private void Refresh()
    {
        // A boot node that was down, or whose answers were lost, has left the table; without it a thin table stays thin.
        if (IsThin)
        {
            foreach (Enr record in _given)
                Offer(record);
        }

        if (_table.Count > 0)
        {
            foreach (NodeId target in LookupTarget.OfRefresh(_localId, _random))
                StartLookup(target, caller: null);
        }
    }

    private void CheckLiveness(PingTarget<Enr> target)
    {
        NodeContact to = new(target.Record, target.Endpoint);
        Start(to, new Ping(NewRequestId(), LocalEnr.Sequence), Conclude, isLivenessCheck: true);

        void Conclude(RequestOutcome outcome)
        {
            if (outcome is not RequestOutcome.Pong pong)
            {
                _table.PingFailed(target, _now);
                return;
            }

            _table.PingAnswered(target, _now);
            if (pong.EnrSequence > target.Record.Sequence && _peers.Find(to.Address) is { } peer)
                RefreshRecord(peer);
        }
    }
}
