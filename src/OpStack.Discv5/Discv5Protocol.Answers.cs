using OpStack.Discv5.Messages;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;

namespace OpStack.Discv5;

/// <summary>Requests of peers. Each came under a session, so the peer is known to be where it sends from and the answer may be longer.</summary>
internal sealed partial class Discv5Protocol
{
    private void OnRequest(Peer from, Message message)
    {
        _counters.OnRequestReceived(message.Type);
        switch (message)
        {
            case Ping ping:
                Respond(from.Address, new Pong(ping.RequestId, LocalEnr.Sequence, from.Address.EndPoint));
                OnSequence(from, ping.EnrSequence);
                break;
            case FindNode find:
                AnswerFindNode(from.Address, find);
                break;
            case TalkRequest talk:
                _outputs.Add(new ProtocolOutput.TalkRequested(from.Address, talk.RequestId, talk.Protocol, talk.Payload));
                break;
        }
    }

    private void AnswerFindNode(NodeAddress from, FindNode find)
    {
        int[] distances = [.. find.Distances];
        List<Enr> records = _table.AtDistances(distances, Discv5Limits.MaxNodesRecords, from.NodeId, from.EndPoint.Address);
        if (distances.Contains(0))
        {
            records.Insert(0, LocalEnr);
            if (records.Count > Discv5Limits.MaxNodesRecords)
                records.RemoveAt(records.Count - 1);
        }

        List<List<Enr>> packets = Pack(records);
        foreach (List<Enr> packet in packets)
            Respond(from, new Nodes(find.RequestId, packets.Count, packet));
    }

    /// <summary>At least one packet, even if empty; at most five, and what does not fit those is left out.</summary>
    private static List<List<Enr>> Pack(List<Enr> records)
    {
        List<List<Enr>> packets = [[]];
        int size = 0;
        foreach (Enr record in records)
        {
            if (size + record.Encoded.Length > Discv5Limits.NodesPacketRecordBytes)
            {
                if (packets.Count == Discv5Limits.MaxNodesPackets)
                    break;
                packets.Add([]);
                size = 0;
            }

            packets[^1].Add(record);
            size += record.Encoded.Length;
        }

        return packets;
    }

    private void AnswerTalk(ProtocolInput.TalkAnswer answer)
    {
        if (!_isStopped)
            Respond(answer.Request.From, new TalkResponse(answer.Request.RequestId, answer.Response));
    }

    /// <summary>Only to a live session, which proves the endpoint; an answer without one is dropped.</summary>
    private void Respond(NodeAddress to, Message response)
    {
        if (_sessions.TryGet(to, _now, out Session? session) && TryWrite(session, response, out byte[] packet, out _))
            Send(to.EndPoint, packet);
    }
}
