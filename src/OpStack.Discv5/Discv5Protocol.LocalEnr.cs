using System.Net.Sockets;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.Discv5;

/// <summary>Our own record: changed by the host, or by what a clear majority of peers sees (wire.md 11.7).</summary>
internal sealed partial class Discv5Protocol
{
    private readonly IpVote _votes;
    private TimeSpan _nextEnrUpdate;

    private void CheckVotes(AddressFamily family)
    {
        if (_options.StaticIp || _now < _nextEnrUpdate || _votes.Majority(family, _now) is not { } seen)
            return;

        bool isV6 = family == AddressFamily.InterNetworkV6;
        if (seen.Equals(isV6 ? LocalEnr.Udp6 : LocalEnr.Udp4))
            return;

        _nextEnrUpdate = _now + Discv5Limits.MinEnrUpdateInterval;
        ChangeLocalEnr(builder =>
        {
            builder.SetIp(seen.Address);
            if (!isV6)
                builder.SetUdp(seen.Port);
            else if (LocalEnr.Udp4?.Port != seen.Port || LocalEnr.TryGetRaw(EnrKeys.Udp6, out _))
                builder.SetUdp6(seen.Port);
        });
    }

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
