using OpStack.Discv5.Lookups;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;

namespace OpStack.Discv5;

/// <summary>What the host asks for.</summary>
internal sealed partial class Discv5Protocol
{
    private void HandleCommand(ProtocolInput input)
    {
        switch (input)
        {
            case ProtocolInput.Ping ping:
                StartPing(ping.To, outcome => Answer(ping.Caller, outcome));
                break;
            case ProtocolInput.FindNode find:
                StartFindNode(find.To, find.Distances, outcome => Answer(find.Caller, outcome));
                break;
            case ProtocolInput.Talk talk:
                Start(talk.To, new TalkRequest(NewRequestId(), talk.Protocol, talk.Payload), outcome => Answer(talk.Caller, outcome));
                break;
            case ProtocolInput.TalkAnswer answer:
                AnswerTalk(answer);
                break;
            case ProtocolInput.Lookup lookup:
                StartLookup(lookup.Target ?? LookupTarget.Random(_random), lookup.Caller);
                break;
            case ProtocolInput.AddEnr add:
                AddGiven(add.Record);
                break;
            case ProtocolInput.RemoveNode remove:
                _table.Remove(remove.NodeId, _now);
                break;
            case ProtocolInput.Ban ban:
                Ban(ban);
                break;
            case ProtocolInput.Unban unban:
                Unban(unban);
                break;
            case ProtocolInput.ChangeLocalEnr change:
                SetStaticIp(change.IsStaticIp ?? _isStaticIp);
                ChangeLocalEnr(change.Change);
                break;
        }
    }

    private void Answer(object caller, RequestOutcome outcome) => _outputs.Add(new ProtocolOutput.Completed(caller, outcome));

    private void Ban(ProtocolInput.Ban ban)
    {
        if (ban.NodeId is { } node)
        {
            _filter.Ban(node, ban.Address, ban.Duration, _now);
            _table.Remove(node, _now);
        }

        if (ban.Address is { } address)
        {
            _filter.Ban(address, ban.Duration, _now);
            _table.RemoveAddress(address, _now);
        }

        DropForbidden();
    }

    /// <summary>After a ban: sessions and requests of whom the filter no longer permits.</summary>
    private void DropForbidden()
    {
        foreach (Peer peer in _peers.All())
        {
            if (!Permits(peer.Address))
            {
                _sessions.Remove(peer.Address);
                _peers.Remove(peer.Address);
            }
        }

        foreach (OutboundRequest request in _requests.All())
        {
            if (!Permits(request.To.Address))
                Fail(request, Discv5Error.Forbidden);
        }
    }

    private void Unban(ProtocolInput.Unban unban)
    {
        if (unban.NodeId is { } node)
            _filter.Unban(node);
        if (unban.Address is { } address)
            _filter.Unban(address);
    }

    private bool Permits(NodeAddress address) => _filter.Permits(address.NodeId, address.EndPoint.Address, _now);

    private void StartPing(NodeContact to, Action<RequestOutcome> completed) =>
        Start(to, new Ping(NewRequestId(), LocalEnr.Sequence), completed);

    private void StartFindNode(NodeContact to, IReadOnlyList<int> distances, Action<RequestOutcome> completed) =>
        Start(to, new FindNode(NewRequestId(), distances), completed);

    private RequestId NewRequestId() => RequestId.FromRandom(RandomUInt64());

    private ulong RandomUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _random.NextBytes(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
