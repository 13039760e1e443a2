using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>
/// The mesh and the messages. A message on a topic without parameters leaves no trace. Unlike go, the first sender stands in the record like the
/// others, so that a message counts once for each peer whoever was first, and a copy of a message without a record leaves none: nobody
/// would ever judge it.
/// </summary>
internal sealed partial class PeerScore
{
    public void Graft(PeerId peer, string topic, TimeSpan now) => Counters(peer, topic)?.Graft(now);

    public void Prune(PeerId peer, string topic, TimeSpan now) => Counters(peer, topic)?.Prune();

    public void ValidateMessage(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
        if (_topics.ContainsKey(topic))
        {
            _deliveries.Get(id, now).AddSender(peer);
        }
    }

    public void DeliverMessage(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
        if (!_topics.TryGetValue(topic, out ScoredTopic? scored))
        {
            return;
        }

        scored.Delivered(now);
        Counters(peer, topic)?.AddFirstDelivery();
        DeliveryRecord record = _deliveries.Get(id, now);
        record.AddSender(peer);
        if (record.Status != DeliveryStatus.Unknown)
        {
            return;
        }

        record.Accept(now);
        foreach (PeerId sender in record.Senders)
        {
            if (!sender.Equals(peer))
            {
                Counters(sender, topic)?.AddMeshDelivery();
            }
        }
    }

    public void DuplicateMessage(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
        if (!_topics.TryGetValue(topic, out ScoredTopic? scored) || _deliveries.Find(id, now) is not { } record)
        {
            return;
        }

        switch (record.Status)
        {
            case DeliveryStatus.Unknown:
                record.AddSender(peer);
                break;
            case DeliveryStatus.Valid:
                if (now - record.ValidatedAt <= scored.Params.MeshMessageDeliveriesWindow && record.AddSender(peer))
                {
                    Counters(peer, topic)?.AddMeshDelivery();
                }

                break;
            case DeliveryStatus.Invalid:
                Counters(peer, topic)?.AddInvalid();
                break;
            case DeliveryStatus.Ignored:
                break;
        }
    }

    public void RejectMessage(PeerId peer, string topic, MessageId? id, MessageRejection reason, TimeSpan now)
    {
        if (!_topics.ContainsKey(topic))
        {
            return;
        }

        switch (reason)
        {
            case MessageRejection.UnexpectedSignature or MessageRejection.UnexpectedAuthInfo:
                Counters(peer, topic)?.AddInvalid();
                break;
            case MessageRejection.ValidationQueueFull:
                break;
            case MessageRejection.ValidationIgnored or MessageRejection.ValidationThrottled when id is { } known:
                if (_deliveries.Find(known, now) is { Status: DeliveryStatus.Unknown } record)
                {
                    record.Close(DeliveryStatus.Ignored);
                }

                break;
            case MessageRejection.ValidationFailed when id is { } known:
                OnInvalid(peer, topic, known, now);
                break;
            case MessageRejection.ValidationFailed:
                Counters(peer, topic)?.AddInvalid();
                break;
        }
    }

    private void OnInvalid(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
        DeliveryRecord record = _deliveries.Get(id, now);
        if (record.Status != DeliveryStatus.Unknown)
        {
            return;
        }

        record.AddSender(peer);
        foreach (PeerId sender in record.Senders)
        {
            Counters(sender, topic)?.AddInvalid();
        }

        record.Close(DeliveryStatus.Invalid);
    }
}
