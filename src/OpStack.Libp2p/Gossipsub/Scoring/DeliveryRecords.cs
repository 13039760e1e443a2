using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Gossipsub.Scoring;

internal enum DeliveryStatus
{
    /// <summary>Being validated.</summary>
    Unknown,
    Valid,
    Invalid,
    /// <summary>Ignored or throttled: copies count for nobody.</summary>
    Ignored,
}

/// <summary>What became of a message, and who sent it.</summary>
internal sealed class DeliveryRecord
{
    private List<PeerId>? _senders = [];

    public DeliveryStatus Status { get; private set; }

    public TimeSpan ValidatedAt { get; private set; }

    public IReadOnlyList<PeerId> Senders => _senders ?? [];

    /// <summary>False if the peer is known as a sender already, or nothing more is remembered.</summary>
    public bool AddSender(PeerId peer)
    {
        if (_senders is null || _senders.Count >= ScoringLimits.MaxSendersPerRecord || _senders.Contains(peer))
        {
            return false;
        }

        _senders.Add(peer);
        return true;
    }

    public void Accept(TimeSpan now)
    {
        Status = DeliveryStatus.Valid;
        ValidatedAt = now;
    }

    /// <summary>Settles the message; its senders are of no further use.</summary>
    public void Close(DeliveryStatus status)
    {
        Status = status;
        _senders = null;
    }
}

/// <summary>Delivery records by message, each for a fixed time from when the message was first seen, and at most so many in all.</summary>
internal sealed class DeliveryRecords(TimeSpan ttl, int capacity)
{
    private readonly Dictionary<MessageId, DeliveryRecord> _records = [];
    private readonly Queue<(MessageId Id, TimeSpan Expiry)> _ages = [];

    public int Count => _records.Count;

    public DeliveryRecord? Find(MessageId id, TimeSpan now)
    {
        Sweep(now);
        return _records.GetValueOrDefault(id);
    }

    /// <summary>The record of a message, made if there is none.</summary>
    public DeliveryRecord Get(MessageId id, TimeSpan now)
    {
        if (Find(id, now) is { } present)
        {
            return present;
        }

        if (_records.Count >= capacity)
        {
            _records.Remove(_ages.Dequeue().Id);
        }

        DeliveryRecord record = new();
        _records.Add(id, record);
        _ages.Enqueue((id, now + ttl));
        return record;
    }

    public void Sweep(TimeSpan now)
    {
        while (_ages.TryPeek(out (MessageId Id, TimeSpan Expiry) oldest) && oldest.Expiry <= now)
        {
            _records.Remove(_ages.Dequeue().Id);
        }
    }
}
