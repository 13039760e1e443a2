using System.Net;
using System.Net.Sockets;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.Discv5;

/// <summary>Our own record: changed by the host, or by what a clear majority of peers sees (wire.md 11.7).</summary>
internal sealed partial class Discv5Protocol
{
    private readonly IpVote _votes;
    private readonly AddressTrial _trial4;
    private readonly AddressTrial _trial6;
    private TimeSpan _nextEnrUpdate;
    private bool _isStaticIp;

    private TimeSpan TrialDeadline => Min(_trial4.Deadline, _trial6.Deadline);

    /// <summary>A PONG to a PING of ours tells where the peer sees us.</summary>
    private void OnObserved(NodeAddress peer, IPEndPoint observed)
    {
        AddressFamily family = observed.AddressFamily;
        if (_isStaticIp || !TrialOf(family).VotesCount(_now))
            return;

        _votes.Add(peer.NodeId, peer.EndPoint.Address, observed, _now);
        if (_now >= _nextEnrUpdate && _votes.Majority(family, _now) is { } seen && !seen.Equals(Advertised(family)))
            Advertise(seen);
    }

    /// <summary>What peers said before the host knew better is forgotten; an address of theirs that is on trial is the host's now.</summary>
    private void SetStaticIp(bool isStatic)
    {
        if (isStatic && !_isStaticIp)
        {
            _votes.Clear(AddressFamily.InterNetwork);
            _votes.Clear(AddressFamily.InterNetworkV6);
            _trial4.Drop();
            _trial6.Drop();
        }

        _isStaticIp = isStatic;
    }

    private void Advertise(IPEndPoint seen)
    {
        bool isV6 = seen.AddressFamily == AddressFamily.InterNetworkV6;

        _nextEnrUpdate = _now + Discv5Limits.MinEnrUpdateInterval;
        ChangeLocalEnr(builder =>
        {
            builder.SetIp(seen.Address);
            if (!isV6)
                builder.SetUdp(seen.Port);
            else if (LocalEnr.Udp4?.Port != seen.Port || LocalEnr.TryGetRaw(EnrKeys.Udp6, out _))
                builder.SetUdp6(seen.Port);
        });
        TrialOf(seen.AddressFamily).Begin(seen, _now);
    }

    /// <summary>A node we knew nothing of made a session with us.</summary>
    private void OnStranger(IPAddress address)
    {
        if (TrialOf(address.AddressFamily).TryConfirm(address, out IPEndPoint? confirmed))
        {
            _counters.AddressesConfirmed++;
            Raise(new Discv5Event.AddressTried(confirmed, IsReachable: true));
        }
    }

    private void ExpireTrials()
    {
        ExpireTrial(_trial4);
        ExpireTrial(_trial6);
    }

    /// <summary>Without the address the record still tells our ports, which mean nothing alone: peers that know us keep asking where they know us.</summary>
    private void ExpireTrial(AddressTrial trial)
    {
        if (!trial.TryExpire(_now, out IPEndPoint? refuted))
            return;

        _counters.AddressesRefuted++;
        _votes.Clear(refuted.AddressFamily);
        bool isV6 = refuted.AddressFamily == AddressFamily.InterNetworkV6;

        // The host may have given another address meanwhile.
        if (refuted.Equals(Advertised(refuted.AddressFamily)))
            ChangeLocalEnr(builder => builder.Remove(isV6 ? EnrKeys.Ip6 : EnrKeys.Ip4));
        Raise(new Discv5Event.AddressTried(refuted, IsReachable: false));
    }

    private IPEndPoint? Advertised(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? LocalEnr.Udp6 : LocalEnr.Udp4;

    private AddressTrial TrialOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? _trial6 : _trial4;

    /// <summary>Signs the record anew if the change made a difference, and pings connected peers so that they ask for it.</summary>
    private void ChangeLocalEnr(Action<EnrBuilder> change)
    {
        EnrBuilder builder = new(LocalEnr);
        change(builder);
        builder.Sequence = LocalEnr.Sequence;
        if (builder.Build(_key).Encoded.Span.SequenceEqual(LocalEnr.Encoded.Span))
            return;

        builder.Sequence = checked(LocalEnr.Sequence + 1);
        LocalEnr = builder.Build(_key);
        _counters.LocalEnrUpdates++;
        Raise(new Discv5Event.LocalEnrUpdated(LocalEnr));
        foreach (Peer peer in _peers.All())
        {
            if (peer is { IsConfirmed: true, Record: { } record } && _sessions.TryGet(peer.Address, _now, out _))
                StartPing(new NodeContact(record, peer.Address.EndPoint), static _ => { });
        }
    }
}
