using OpStack.Discv5.Lookups;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Sessions;

namespace OpStack.Discv5;

/// <summary>
/// Requests of ours: sent under a session, or as random bytes that provoke a challenge, or queued behind a handshake that runs already.
/// Every request has one outcome.
/// </summary>
internal sealed partial class Discv5Protocol
{
    private bool _isStopped;

    private void Start(NodeContact to, Message message, Action<RequestOutcome> completed, bool isLivenessCheck = false)
    {
        OutboundRequest request = new()
        {
            To = to,
            Message = message,
            Completed = completed,
            IsLivenessCheck = isLivenessCheck,
            RecordsLeft = message is FindNode { Distances: [0] } ? LookupLimits.MaxOwnRecords : LookupLimits.MaxRecords,
        };
        NodeAddress address = to.Address;
        if (_isStopped)
        {
            request.Completed(new RequestOutcome.Failed(Discv5Error.Stopped));
        }
        else if (address.NodeId == _localId || address.EndPoint.Port == 0)
        {
            request.Completed(new RequestOutcome.Failed(Discv5Error.NoAddress));
        }
        else if (!_filter.Permits(address.NodeId, address.EndPoint.Address, _now))
        {
            request.Completed(new RequestOutcome.Failed(Discv5Error.Forbidden));
        }
        else if (!_requests.TryAdd(request))
        {
            request.Completed(new RequestOutcome.Failed(Discv5Error.LimitReached));
        }
        else
        {
            _counters.OnRequestSent(message.Type);
            request.RetriesLeft = _options.RequestRetries;
            _filter.Expect(address.EndPoint);
            SendFirst(request);
        }
    }

    private void SendFirst(OutboundRequest request)
    {
        NodeAddress address = request.To.Address;
        bool isQuiet = !_requests.IsAwaiting(address);
        if (_sessions.TryGet(address, _now, out Session? session) && _peers.Find(address) is { } peer && (peer.IsConfirmed || isQuiet))
            SendUnder(session, peer, request);
        else if (isQuiet)
            SendRandom(request);
        // Otherwise a handshake is on its way, and Confirm sends it.
    }

    private void SendUnder(Session session, Peer peer, OutboundRequest request)
    {
        if (!TryWrite(session, request.Message, out byte[] packet, out PacketNonce nonce))
        {
            SendRandom(request);
            return;
        }

        request.Datagram = packet;
        request.SentEpoch = peer.Epoch;
        SendTracked(request, nonce);
    }

    private void SendRandom(OutboundRequest request)
    {
        Span<byte> iv = stackalloc byte[PacketLimits.MaskingIvSize];
        Span<byte> noise = stackalloc byte[PacketLimits.RandomMessageSize];
        Span<byte> nonceBytes = stackalloc byte[PacketLimits.NonceSize];
        Span<byte> packet = stackalloc byte[PacketLimits.MaxSize];
        _random.NextBytes(iv);
        _random.NextBytes(noise);
        _random.NextBytes(nonceBytes);
        PacketNonce nonce = new(nonceBytes);
        int length = PacketWriter.WriteRandom(packet, request.To.NodeId, _localId, iv, nonce, noise);
        request.Datagram = packet[..length].ToArray();
        request.SentEpoch = null;
        SendTracked(request, nonce);
    }

    private void SendTracked(OutboundRequest request, PacketNonce nonce)
    {
        _requests.Track(request, nonce);
        _requests.SetDeadline(request, _now + _options.RequestTimeout);
        Send(request.To.Address.EndPoint, request.Datagram);
    }

    /// <summary>False, and the session is gone, when its nonces are used up.</summary>
    private bool TryWrite(Session session, Message message, out byte[] packet, out PacketNonce nonce)
    {
        Span<byte> plaintext = stackalloc byte[message.EncodedLength];
        Span<byte> iv = stackalloc byte[PacketLimits.MaskingIvSize];
        message.Write(plaintext);
        _random.NextBytes(iv);
        packet = new byte[PacketWriter.LengthOfMessage(plaintext.Length)];
        if (session.TryEncrypt(_localId, iv, RandomUInt64(), plaintext, packet, out _, out nonce))
            return true;

        _sessions.Remove(session.Remote);
        return false;
    }

    /// <summary>
    /// Sends a request again or gives it up. The same bytes go out again, so that a peer whose WHOAREYOU was lost repeats it; after a handshake both
    /// possible losses are covered: the handshake packet (if that was lost), and the request under the new session (if the answer was).
    /// </summary>
    private void OnTimeout(OutboundRequest request)
    {
        NodeAddress address = request.To.Address;
        if (request.RetriesLeft == 0 || request.Answer is not null)
        {
            GiveUp(request);
            return;
        }

        request.RetriesLeft--;
        request.HandshakesLeft = 1;
        request.RekeysLeft = 1;
        _counters.RequestsRetried++;
        if (request.Handshake is { } handshake)
            Send(address.EndPoint, handshake);

        bool isStale = request.Handshake is not null || request.SentEpoch != _peers.Find(address)?.Epoch;
        if (isStale && _sessions.TryGet(address, _now, out Session? session) && _peers.Find(address) is { } peer)
        {
            SendUnder(session, peer, request);
        }
        else
        {
            _requests.SetDeadline(request, _now + _options.RequestTimeout);
            Send(address.EndPoint, request.Datagram);
        }
    }

    private void GiveUp(OutboundRequest request)
    {
        if (request.Answer is { } answer)
        {
            // Some NODES packets were lost; what came is good.
            Complete(request, new RequestOutcome.Nodes(answer.Accepted));
        }
        else
        {
            Fail(request, Discv5Error.Timeout);
        }

        // Those queued behind its handshake would meet the same silence, and nothing else ends them.
        foreach (OutboundRequest other in _requests.To(request.To.Address))
        {
            if (other.Datagram is null)
                Fail(other, Discv5Error.Timeout);
        }
    }

    private void Fail(OutboundRequest request, Discv5Error error) => Complete(request, new RequestOutcome.Failed(error));

    private void Complete(OutboundRequest request, RequestOutcome outcome)
    {
        if (!_requests.TryRemove(request))
            return;

        _filter.StopExpecting(request.To.Address.EndPoint);
        _counters.RequestsFailed += outcome is RequestOutcome.Failed ? 1 : 0;
        request.Completed(outcome);
    }

    /// <summary>
    /// The peer has shown that it has the session's keys: queued requests go out, and those sent under keys it no longer has are encrypted anew.
    /// One that its handshake packet carried is on its way under these keys.
    /// </summary>
    private void SendWaiting(Peer peer)
    {
        foreach (OutboundRequest request in _requests.To(peer.Address))
        {
            bool isQueued = request.Datagram is null;
            if (request.SentEpoch == peer.Epoch || (!isQueued && request.RekeysLeft == 0)
                || !_sessions.TryGet(peer.Address, _now, out Session? session))
                continue;

            request.RekeysLeft -= isQueued ? 0 : 1;
            SendUnder(session, peer, request);
        }
    }
}
