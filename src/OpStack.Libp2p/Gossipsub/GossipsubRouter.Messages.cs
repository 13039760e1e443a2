using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>Messages from reception to verdict (wire.md 9.6, 9.8).</summary>
internal sealed partial class GossipsubRouter
{
    private readonly Dictionary<string, int> _validatingByTopic = [];

    private void OnMessage(RouterInput.MessageReceived received)
    {
        if (!TryValidate(received))
        {
            received.Frame.Release();
        }
    }

    /// <summary>False when the message goes no further; the caller then releases its frame.</summary>
    private bool TryValidate(RouterInput.MessageReceived received)
    {
        (PeerId from, string topic, DecodedMessage decoded, GossipFrame frame) = received;
        if (!_peers.TryGetValue(from, out RouterPeer? peer))
        {
            _counters.NotAccepted++;
            return false;
        }

        if (!IsAccepted(peer))
        {
            return false;
        }

        if (!_mesh.TryGetValue(topic, out HashSet<RouterPeer>? mesh))
        {
            _counters.NotJoined++;
            return false;
        }

        // Our own messages coming back end here: StrictNoSign names no author, but what we publish is marked as seen.
        if (_validating.ContainsKey(decoded.Id) || _seen.Contains(decoded.Id, _now))
        {
            CountDuplicate(from, topic, decoded.Id);
            return false;
        }

        KeepPromises(decoded.Id);
        if (!HasRoomToValidate(from, topic, decoded.Id))
        {
            // What the peer sends now may be dropped as well, and it is not to blame.
            _counters.PromisesVoid += _promises.Void(peer);
            return false;
        }

        _seen.Add(decoded.Id, _now);
        GossipMessage message = new(from, topic, decoded);
        PendingValidation pending = new(message, frame) { Senders = { from } };
        _validating.Add(decoded.Id, pending);
        _validatingByTopic[topic] = _validatingByTopic.GetValueOrDefault(topic) + 1;
        _scoring.ValidateMessage(from, topic, decoded.Id, _now);

        // After the queue, unlike go: who drops a message must not have told others to keep theirs.
        if (decoded.IsWellFormed && frame.Data.Length >= _options.IDontWantThreshold)
        {
            SendIDontWant(mesh, peer, decoded.Id);
        }

        _outputs.Add(new RouterOutput.Validate(message));
        return true;
    }

    private bool HasRoomToValidate(PeerId from, string topic, MessageId id)
    {
        if (_validatingByTopic.GetValueOrDefault(topic) >= _options.ValidationQueue)
        {
            _counters.QueueFull++;
            _scoring.RejectMessage(from, topic, id, MessageRejection.ValidationQueueFull, _now);
            return false;
        }

        // Not remembered either, unlike go: garbage on two idle topics closes the throttle, and a block that came then would be lost for the whole
        // time-to-live, though its next copy is milliseconds away.
        if (_validating.Count >= _options.ValidationThrottle)
        {
            _counters.Throttled++;
            _scoring.RejectMessage(from, topic, id, MessageRejection.ValidationThrottled, _now);
            return false;
        }

        return true;
    }

    private void OnCopy(ReceivedCopy copy)
    {
        if (!_peers.TryGetValue(copy.Peer, out RouterPeer? peer))
        {
            _counters.NotAccepted++;
        }
        else if (IsAccepted(peer))
        {
            CountDuplicate(copy.Peer, copy.Topic, copy.Id);
        }
    }

    private void CountDuplicate(PeerId from, string topic, MessageId id)
    {
        _counters.Duplicates++;
        KeepPromises(id);
        if (_validating.TryGetValue(id, out PendingValidation? pending) && pending.Senders.Count < GossipsubLimits.MaxPeersPerMessage)
        {
            pending.Senders.Add(from);
        }

        _scoring.DuplicateMessage(from, topic, id, _now);
    }

    private void OnInvalid(RouterInput.InvalidReceived invalid)
    {
        if (_peers.TryGetValue(invalid.Peer, out RouterPeer? peer) && IsAccepted(peer))
        {
            _counters.Invalid++;
            _scoring.RejectMessage(invalid.Peer, invalid.Topic, null, invalid.Reason, _now);
            Review(peer);
        }
    }

    private void OnValidated(RouterInput.ValidationCompleted completed)
    {
        if (!_validating.Remove(completed.Id, out PendingValidation? pending))
        {
            return;
        }

        GossipMessage message = pending.Message;
        int left = --_validatingByTopic[message.Topic];
        if (left == 0)
        {
            _validatingByTopic.Remove(message.Topic);
        }

        switch (completed.Verdict.Acceptance)
        {
            case MessageAcceptance.Accept:
                OnAccepted(pending, completed.Check);
                break;
            case MessageAcceptance.Reject:
                OnRejected(pending, completed.Verdict.IsSenderToBlame);
                break;
            case MessageAcceptance.Ignore:
                _counters.Ignored++;
                _scoring.RejectMessage(message.Source!, message.Topic, completed.Id, MessageRejection.ValidationIgnored, _now);
                break;
        }

        Blame(completed.Verdict.ProvenInvalid);
        pending.Frame.Release();
    }

    private void Blame(IReadOnlyList<InvalidMessage>? proven)
    {
        foreach ((PeerId sender, string topic) in proven ?? [])
        {
            _scoring.RejectMessage(sender, topic, null, MessageRejection.ValidationFailed, _now);
            ReviewIfConnected(sender);
        }
    }

    private void OnRejected(PendingValidation pending, bool isSenderToBlame)
    {
        _counters.Rejected++;
        GossipMessage message = pending.Message;
        MessageRejection reason = isSenderToBlame ? MessageRejection.ValidationFailed : MessageRejection.ValidationIgnored;
        _scoring.RejectMessage(message.Source!, message.Topic, message.Decoded.Id, reason, _now);
        foreach (PeerId sender in pending.Senders)
        {
            ReviewIfConnected(sender);
        }
    }

    private void OnAccepted(PendingValidation pending, object? check)
    {
        GossipMessage message = pending.Message;
        MessageId id = message.Decoded.Id;
        _counters.Accepted++;
        _seen.Accept(id, _now);
        _scoring.DeliverMessage(message.Source!, message.Topic, id, _now);
        if (!_mesh.TryGetValue(message.Topic, out HashSet<RouterPeer>? mesh))
        {
            return;
        }

        Forward(id, message.Topic, pending.Frame, mesh, pending.Senders);
        _outputs.Add(new RouterOutput.Deliver(message, check));
    }
}
