using System.Net;
using OpStack.Discv5.Messages;
using OpStack.Discv5.Packets;
using OpStack.Discv5.Protocol;
using OpStack.Discv5.Records;
using OpStack.Discv5.Sessions;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.Discv5;

/// <summary>Challenges and handshakes, from both sides (wire.md 11.2).</summary>
internal sealed partial class Discv5Protocol
{
    private readonly SessionCache _sessions;
    private readonly ChallengeCache _challenges;
    private readonly PeerCache _peers;
    private long _epoch;

    /// <summary>
    /// WHOAREYOU to a packet we cannot read. It has 63 bytes, the least a packet has, so it is never longer than what it answers. While one
    /// is out, the same is sent again: the peer may be answering it already.
    /// </summary>
    private void Challenge(NodeAddress to, PacketNonce nonce)
    {
        if (!_filter.TryTakeChallenge(_now))
        {
            _counters.PacketsFiltered++;
            _counters.PacketsWithoutChallenge++;
            return;
        }

        if (!_challenges.TryGet(to, _now, out Challenge? challenge))
        {
            Span<byte> random = stackalloc byte[PacketLimits.MaskingIvSize + PacketLimits.IdNonceSize];
            _random.NextBytes(random);
            challenge = _challenges.Add(
                to, nonce, KnownRecord(to), random[..PacketLimits.MaskingIvSize], random[PacketLimits.MaskingIvSize..], _now);
        }

        byte[] packet = new byte[PacketLimits.ChallengeDataSize];
        challenge.Write(packet);
        _counters.ChallengesSent++;
        Send(to.EndPoint, packet);
    }

    private Enr? KnownRecord(NodeAddress address)
    {
        Enr? ofTable = _table.Find(address.NodeId)?.Record;
        Enr? ofPeer = _peers.Find(address)?.Record;
        return ofPeer is null || ofTable?.Sequence > ofPeer.Sequence ? ofTable : ofPeer;
    }

    private void OnWhoAreYou(IPEndPoint source, in PacketView packet)
    {
        _counters.ChallengesReceived++;
        OutboundRequest? request = _requests.Find(packet.Nonce);
        if (request is null || !request.To.Address.EndPoint.Equals(source))
        {
            _counters.ChallengesIgnored++;
        }
        else if (request.ChallengeData is { } answered && packet.AssociatedData.SequenceEqual(answered))
        {
            // The peer repeats itself because our handshake was lost. OnTimeout bounds how often we say it again.
            _counters.ChallengesIgnored++;
        }
        else if (request.HandshakesLeft == 0)
        {
            _counters.ChallengesIgnored++;
        }
        else
        {
            request.HandshakesLeft--;
            AnswerChallenge(request, packet);
        }
    }

    private void AnswerChallenge(OutboundRequest request, in PacketView challenge)
    {
        // A message too long for a handshake packet waits behind a PING that makes the session.
        bool fits = request.Message.EncodedLength <= PacketLimits.MaxHandshakeMessageSize;
        Message carried = fits ? request.Message : new Ping(NewRequestId(), LocalEnr.Sequence);
        Span<byte> message = stackalloc byte[carried.EncodedLength];
        carried.Write(message);

        Span<byte> iv = stackalloc byte[PacketLimits.MaskingIvSize];
        Span<byte> packet = stackalloc byte[PacketLimits.MaxSize];
        _random.NextBytes(iv);
        SessionKeys keys = Handshake.Initiate(
            _crypto, packet, _key, LocalEnr, request.To.PublicKey, challenge, _random, iv, RandomUInt64(), message, out int length, out _);

        Peer peer = Establish(request.To.Address, request.To.PublicKey, keys, request.To.Record, outbound: true);
        request.ChallengeData = challenge.AssociatedData.ToArray();
        request.Handshake = packet[..length].ToArray();
        request.SentEpoch = fits ? peer.Epoch : null;
        _requests.SetDeadline(request, _now + _options.RequestTimeout);
        Send(peer.Address.EndPoint, request.Handshake);
    }

    private void OnHandshake(NodeAddress from, in PacketView packet)
    {
        if (!_challenges.TryTake(from, _now, out Challenge? challenge))
        {
            _counters.HandshakesRefused++;
            return;
        }

        _counters.IdentityChecks++;
        Span<byte> plaintext = stackalloc byte[PacketLimits.MaxSize];
        if (!Handshake.TryAccept(_crypto, packet, challenge, _key, plaintext, out int length, out SessionKeys? keys, out Enr? record, out _))
        {
            _counters.HandshakesRefused++;
            return;
        }

        if (!_filter.IdentityProven(from.EndPoint, from.NodeId, _now))
        {
            // One identity too many has banned the address; the others it brought go with it.
            keys.Dispose();
            _counters.HandshakesRefused++;
            _table.RemoveAddress(from.EndPoint.Address, _now);
            DropForbidden();
            return;
        }

        _counters.HandshakesAccepted++;
        if (_peers.Find(from) is null && !_requests.IsAwaiting(from))
            OnStranger(from.EndPoint.Address);
        Peer peer = Establish(from, record.PublicKey, keys, record, outbound: false);
        Confirm(peer);
        OnPlaintext(peer, plaintext[..length]);
    }

    private Peer Establish(NodeAddress address, Secp256k1PublicKey key, SessionKeys keys, Enr? record, bool outbound)
    {
        _sessions.Establish(address, keys, _now);
        if (_peers.Find(address) is not { } peer)
        {
            peer = new Peer(address, key);
            _peers.Add(peer);
        }

        if (record is not null && !(peer.Record?.Sequence >= record.Sequence))
            peer.Record = record;
        peer.Epoch = ++_epoch;
        peer.IsOutbound = outbound;
        peer.IsConfirmed = false;
        peer.IsAnnounced = false;
        return peer;
    }

    /// <summary>The peer holds the keys: what waited goes out. A node known by key alone tells its record before anyone hears of it.</summary>
    private void Confirm(Peer peer)
    {
        peer.IsConfirmed = true;
        SendWaiting(peer);
        if (peer.Record is null)
            RefreshRecord(peer);
        else
            Announce(peer, peer.Record);
    }

    private void Announce(Peer peer, Enr record)
    {
        if (peer.IsAnnounced)
            return;

        peer.IsAnnounced = true;
        Raise(new Discv5Event.SessionEstablished(record, peer.Address.EndPoint, peer.IsOutbound));
        if (peer.IsOutbound)
            Offer(record);
        else
            OfferInbound(record, peer.Address.EndPoint);
    }
}
