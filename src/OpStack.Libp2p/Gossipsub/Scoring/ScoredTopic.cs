namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>A topic that counts: its parameters, and whether it has traffic.</summary>
internal sealed class ScoredTopic(TopicScoreParams parameters)
{
    private TimeSpan? _lastDelivery;

    public TopicScoreParams Params => parameters;

    /// <summary>Nothing was delivered for <see cref="TopicScoreParams.IdleAfter"/>: P1, P2 and P3 stand still and count 0.</summary>
    public bool IsIdle { get; private set; } = parameters.IdleAfter is not null;

    /// <summary>A message was accepted.</summary>
    public void Delivered(TimeSpan now)
    {
        _lastDelivery = now;
        IsIdle = false;
    }

    /// <summary>Lets the time pass that has.</summary>
    public void Tick(TimeSpan now) => IsIdle = parameters.IdleAfter is { } limit && !(now - _lastDelivery <= limit);
}
