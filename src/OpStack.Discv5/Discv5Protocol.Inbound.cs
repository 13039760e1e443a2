using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpStack.Discv5.Filter;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;

namespace OpStack.Discv5;

/// <summary>A datagram's way: filter, packet, session, message.</summary>
internal sealed partial class Discv5Protocol
{
    private void ReceiveDatagram(IPEndPoint source, ReadOnlySpan<byte> datagram)
    {
        _counters.PacketsReceived++;
        _counters.BytesReceived += datagram.Length;
        if (!Passes(_filter.CheckAddress(source, datagram.Length, _now)))
            return;

        Span<byte> scratch = stackalloc byte[PacketLimits.MaxHeaderSize];
        if (!PacketReader.TryRead(datagram, _mask, scratch, out PacketView packet, out _))
        {
            _counters.PacketsMalformed++;
            return;
        }

        if (packet.Flag == PacketFlag.WhoAreYou)
        {
            OnWhoAreYou(source, packet);
            return;
        }

        NodeAddress from = new(packet.Source, source);
        if (from.NodeId == _localId || !Passes(_filter.CheckNode(source, from.NodeId, _now)))
            return;

        if (packet.Flag == PacketFlag.Handshake)
            OnHandshake(from, packet);
        else
            OnMessagePacket(from, packet);
    }

    private bool Passes(FilterVerdict verdict)
    {
        if (verdict == FilterVerdict.Pass)
            return true;

        _counters.OnFiltered(verdict);
        return false;
    }

    private void OnMessagePacket(NodeAddress from, in PacketView packet)
    {
        Span<byte> plaintext = stackalloc byte[PacketLimits.MaxSize];
        if (!_sessions.TryGet(from, _now, out Session? session) || !session.TryDecrypt(packet, plaintext, out int length))
        {
            Challenge(from, packet.Nonce);
            return;
        }

        // A session without its peer was pushed out of one cache before the other; the peer makes a new one.
        if (_peers.Find(from) is not { } peer)
        {
            _sessions.Remove(from);
            return;
        }

        if (!peer.IsConfirmed)
            Confirm(peer);
        OnPlaintext(peer, plaintext[..length]);
    }

    private void OnPlaintext(Peer peer, ReadOnlySpan<byte> plaintext)
    {
        if (!MessageReader.TryReadHeader(plaintext, out MessageType type, out RequestId id, out _))
        {
            _counters.MessagesMalformed++;
            return;
        }

        // Looked for before the rest is read: an answer that nobody waits for is not worth its signature checks.
        OutboundRequest? request = null;
        if (RequestOf(type) is { } asked && (request = _requests.Find(peer.Address, asked, id)) is null)
        {
            _counters.ResponsesIgnored++;
            return;
        }

        _answered = request;
        if (!MessageReader.TryRead(plaintext, _readRecord, out Message? message, out _))
            _counters.MessagesMalformed++;
        else if (request is null)
            OnRequest(peer, message);
        else
            OnResponse(peer, request, message);
    }

    /// <summary>Reads a record of the NODES at hand while its request has any left.</summary>
    private bool TryReadRecord(ReadOnlySpan<byte> rlp, [NotNullWhen(true)] out Enr? record)
    {
        record = null;
        return _answered is { } request && request.RecordsLeft-- > 0 && _crypto.TryReadRecord(rlp, out record);
    }

    /// <summary>What a type of message answers; null if it is a request.</summary>
    private static MessageType? RequestOf(MessageType type) => type switch
    {
        MessageType.Pong => MessageType.Ping,
        MessageType.Nodes => MessageType.FindNode,
        MessageType.TalkResponse => MessageType.TalkRequest,
        _ => null,
    };
}
