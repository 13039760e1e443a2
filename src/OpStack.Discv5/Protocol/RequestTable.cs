using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;

namespace OpStack.Discv5.Protocol;

/// <summary>
/// All requests that wait for an outcome, by node address, by nonce and by deadline. Bounded in all and per node. All timeouts are equally long, so
/// deadlines are set in rising order and one queue holds them; entries that were overtaken are skipped.
/// </summary>
internal sealed class RequestTable
{
    private readonly Dictionary<NodeAddress, List<OutboundRequest>> _byNode = [];
    private readonly Dictionary<PacketNonce, OutboundRequest> _byNonce = [];
    private readonly Queue<(OutboundRequest Request, TimeSpan At)> _deadlines = new();

    public int Count { get; private set; }

    /// <summary>Nothing is sent yet: the caller does that, or leaves it queued.</summary>
    public bool TryAdd(OutboundRequest request)
    {
        NodeAddress address = request.To.Address;
        List<OutboundRequest>? ofNode = _byNode.GetValueOrDefault(address);
        if (!HasRoom || (ofNode?.Count >= Discv5Limits.MaxRequestsPerNode && !request.IsLivenessCheck))
            return false;

        if (ofNode is null)
            _byNode[address] = ofNode = [];
        ofNode.Add(request);
        Count++;
        return true;
    }

    /// <summary>Requests to a node, oldest first; a copy, since outcomes change the table.</summary>
    public OutboundRequest[] To(NodeAddress address) => _byNode.TryGetValue(address, out List<OutboundRequest>? list) ? [.. list] : [];

    /// <summary>Every request; a copy.</summary>
    public OutboundRequest[] All() => [.. _byNode.Values.SelectMany(list => list)];

    /// <summary>Whether anything was sent to the node and not answered yet.</summary>
    public bool IsAwaiting(NodeAddress address)
    {
        if (_byNode.TryGetValue(address, out List<OutboundRequest>? list))
        {
            foreach (OutboundRequest request in list)
            {
                if (request.Datagram is not null)
                    return true;
            }
        }

        return false;
    }

    /// <summary>The request of that type and id that was sent to the address; who answers from elsewhere answers nothing.</summary>
    public OutboundRequest? Find(NodeAddress address, MessageType type, RequestId id)
    {
        if (_byNode.TryGetValue(address, out List<OutboundRequest>? list))
        {
            foreach (OutboundRequest request in list)
            {
                if (request.Message.Type == type && request.Message.RequestId == id && request.Datagram is not null)
                    return request;
            }
        }

        return null;
    }

    public OutboundRequest? Find(PacketNonce nonce) => _byNonce.GetValueOrDefault(nonce);

    /// <summary>Notes a packet sent for a request; a WHOAREYOU with its nonce is taken from now on.</summary>
    public void Track(OutboundRequest request, PacketNonce nonce)
    {
        request.Nonces.Add(nonce);
        _byNonce[nonce] = request;
    }

    public void SetDeadline(OutboundRequest request, TimeSpan at)
    {
        request.Deadline = at;
        _deadlines.Enqueue((request, at));
    }

    /// <summary>The next request whose deadline has passed; null when there is none.</summary>
    public OutboundRequest? TakeExpired(TimeSpan now)
    {
        while (SkipOvertaken() is { } next && next.At <= now)
        {
            _deadlines.Dequeue();
            return next.Request;
        }

        return null;
    }

    public bool HasRoom => Count < Discv5Limits.MaxRequests;

    public TimeSpan NextDeadline => SkipOvertaken()?.At ?? TimeSpan.MaxValue;

    /// <summary>False when its outcome was given before.</summary>
    public bool TryRemove(OutboundRequest request)
    {
        if (request.IsDone)
            return false;

        request.IsDone = true;
        foreach (PacketNonce nonce in request.Nonces)
            _byNonce.Remove(nonce);
        List<OutboundRequest> ofNode = _byNode[request.To.Address];
        ofNode.Remove(request);
        if (ofNode.Count == 0)
            _byNode.Remove(request.To.Address);
        Count--;
        return true;
    }

    private (OutboundRequest Request, TimeSpan At)? SkipOvertaken()
    {
        while (_deadlines.TryPeek(out (OutboundRequest Request, TimeSpan At) next))
        {
            if (!next.Request.IsDone && next.Request.Deadline == next.At)
                return next;
            _deadlines.Dequeue();
        }

        return null;
    }
}
