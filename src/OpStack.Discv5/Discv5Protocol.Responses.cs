using OpStack.Discv5.Lookups;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;

namespace OpStack.Discv5;

/// <summary>Answers of peers. One that no request waits for (late, duplicate, unsolicited, from another address) changes nothing.</summary>
internal sealed partial class Discv5Protocol
{
    private int _refreshes;

    private void OnResponse(Peer from, OutboundRequest request, Message response)
    {
        switch (response)
        {
            case Pong pong:
                OnPong(from, request, pong);
                break;
            case Nodes nodes:
                OnNodes(from.Address, request, nodes);
                break;
            case TalkResponse talk:
                Complete(request, new RequestOutcome.Talk(talk.Payload));
                break;
        }
    }

    private void OnPong(Peer from, OutboundRequest request, Pong pong)
    {
        Complete(request, new RequestOutcome.Pong(pong.EnrSequence, pong.Recipient));
        OnSequence(from, pong.EnrSequence);
        OnObserved(from.Address, pong.Recipient);
    }

    private void OnNodes(NodeAddress from, OutboundRequest request, Nodes nodes)
    {
        int[] distances = [.. ((FindNode)request.Message).Distances];
        NodesAnswer<Enr> answer = request.Answer ??= new(_localId, from.NodeId, from.EndPoint.Address, distances, _families);
        int before = answer.Accepted.Count;
        bool isComplete = answer.AddPacket(nodes.Total, nodes.Records);
        _counters.RecordsRefused += nodes.InvalidRecords + nodes.Records.Count - (answer.Accepted.Count - before);

        if (answer.Misbehaved)
            Fail(request, Discv5Error.InvalidResponse);
        else if (isComplete)
            Complete(request, new RequestOutcome.Nodes(answer.Accepted));
        else
            _requests.SetDeadline(request, _now + _options.RequestTimeout);
    }

    /// <summary>A peer says which record it has now; a newer one than ours is asked for, once at a time.</summary>
    private void OnSequence(Peer from, ulong sequence)
    {
        if (from.Record is { } record && sequence > record.Sequence)
            RefreshRecord(from);
    }

    /// <summary>Asks the node for its own record. One we have none of, because the host gave its key alone, does not count for the bound.</summary>
    private void RefreshRecord(Peer peer)
    {
        if (peer.IsRefreshing || (_refreshes >= Discv5Limits.MaxRefreshes && peer.Record is not null))
            return;

        peer.IsRefreshing = true;
        _refreshes++;
        NodeContact to = peer.Record is { } known ? new(known, peer.Address.EndPoint) : new(peer.Key, peer.Address.EndPoint);
        StartFindNode(to, [0], outcome =>
        {
            peer.IsRefreshing = false;
            _refreshes--;
            if (outcome is RequestOutcome.Nodes { Records: [var record, ..] } && !(peer.Record?.Sequence >= record.Sequence))
            {
                peer.Record = record;
                _table.Add(record, _now);
            }

            if (peer is { IsConfirmed: true, Record: { } current })
                Announce(peer, current);
        });
    }
}
