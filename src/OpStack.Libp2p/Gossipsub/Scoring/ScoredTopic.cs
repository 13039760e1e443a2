namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>A topic that counts: its parameters, and whether it has traffic.</summary>
internal sealed class ScoredTopic(TopicScoreParams parameters)
{
    private TimeSpan? _lastDelivery;

    public TopicScoreParams Params { get; private set; } = parameters;

    /// <summary>Nothing was delivered for <see cref="TopicScoreParams.IdleAfter"/>: P1, P2 and P3 stand still and count 0.</summary>
    public bool IsIdle { get; private set; } = parameters.IdleAfter is not null;

    /// <summary>Of the ticks that passed last, how many passed before the topic became idle.</summary>
    public long ActiveTicks { get; private set; }

    /// <summary>A message was accepted.</summary>
    public void Delivered(TimeSpan now)
    {
        _lastDelivery = now;
        IsIdle = false;
    }

    /// <summary>Lets so many ticks pass, the first one at <paramref name="first"/>.</summary>
    public void Tick(long ticks, TimeSpan first, TimeSpan interval)
    {
        ActiveTicks = Params.IdleAfter is not { } limit ? ticks
            : _lastDelivery is not { } last || last + limit < first ? 0
            : Math.Min(ticks, ((last + limit - first).Ticks / interval.Ticks) + 1);
        IsIdle = ActiveTicks < ticks;
    }

    /// <summary>Other parameters from now on.</summary>
    public void SetParams(TopicScoreParams parameters)
    {
        Params = parameters;
        IsIdle &= parameters.IdleAfter is not null;
    }
}
