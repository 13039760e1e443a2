namespace OpStack.Libp2p.Gossipsub.Scoring;

/// <summary>What one peer did on one topic, and what the formulas of P1 to P4 make of it (wire.md 9.15).</summary>
internal sealed class TopicCounters(ScoredTopic topic)
{
    private TimeSpan _graftedAt;

    public TopicScoreParams Params => topic.Params;

    public bool IsIdle => topic.IsIdle;

    public bool IsInMesh { get; private set; }

    /// <summary>Time since the graft as of the last tick, less that in which the topic was idle; meaningless outside the mesh.</summary>
    public TimeSpan MeshTime { get; private set; }

    /// <summary>The peer has been in the mesh long enough to owe messages.</summary>
    public bool IsActive { get; private set; }

    public double FirstMessageDeliveries { get; private set; }

    public double MeshMessageDeliveries { get; private set; }

    public double MeshFailurePenalty { get; private set; }

    public double InvalidMessageDeliveries { get; private set; }

    /// <summary>P1 before its weight. Whole quanta as in go; rust counts fractions.</summary>
    public double TimeInMesh => IsInMesh && !IsIdle ? Math.Min(MeshTime.Ticks / Params.TimeInMeshQuantum.Ticks, Params.TimeInMeshCap) : 0;

    /// <summary>P2 before its weight.</summary>
    public double FirstDeliveries => IsIdle ? 0 : FirstMessageDeliveries;

    /// <summary>P3 before its weight.</summary>
    public double MeshDeficit
    {
        get
        {
            double deficit = Params.MeshMessageDeliveriesThreshold - MeshMessageDeliveries;
            return IsActive && !IsIdle && deficit > 0 ? deficit * deficit : 0;
        }
    }

    /// <summary>P4 before its weight.</summary>
    public double InvalidSquared => InvalidMessageDeliveries * InvalidMessageDeliveries;

    /// <summary>What the topic adds to the score. The order of the sum is that of the terms in <see cref="TopicScoreSnapshot"/>.</summary>
    public double Contribution => Params.TopicWeight * (
        (TimeInMesh * Params.TimeInMeshWeight)
        + (FirstDeliveries * Params.FirstMessageDeliveriesWeight)
        + (MeshDeficit * Params.MeshMessageDeliveriesWeight)
        + (MeshFailurePenalty * Params.MeshFailurePenaltyWeight)
        + (InvalidSquared * Params.InvalidMessageDeliveriesWeight));

    /// <summary>Nothing of it would be worth keeping for a peer that is gone.</summary>
    public bool IsClean => MeshMessageDeliveries == 0 && MeshFailurePenalty == 0 && InvalidMessageDeliveries == 0;

    public void Graft(TimeSpan now)
    {
        IsInMesh = true;
        _graftedAt = now;
        MeshTime = TimeSpan.Zero;
        IsActive = false;
    }

    /// <summary>
    /// The peer left the mesh. As in rust it owes nothing from here on; in go P3 goes on until the next graft, so that a peer we pruned for being
    /// one too many sinks below 0 for messages it was never to send, and is not grafted again.
    /// </summary>
    public void Prune()
    {
        MeshFailurePenalty += MeshDeficit;
        IsActive = false;
        IsInMesh = false;
    }

    /// <summary>The peer is gone and its score is kept: it cannot live on what it earned.</summary>
    public void Retain()
    {
        FirstMessageDeliveries = 0;
        Prune();
    }

    public void AddFirstDelivery()
    {
        FirstMessageDeliveries = Math.Min(FirstMessageDeliveries + 1, Params.FirstMessageDeliveriesCap);
        AddMeshDelivery();
    }

    public void AddMeshDelivery()
    {
        if (IsInMesh)
        {
            MeshMessageDeliveries = Math.Min(MeshMessageDeliveries + 1, Params.MeshMessageDeliveriesCap);
        }
    }

    public void AddInvalid() => InvalidMessageDeliveries++;

    /// <summary>Lets so many ticks pass, the last one at <paramref name="tick"/>.</summary>
    public void Decay(long ticks, TimeSpan tick, PeerScoreParams parameters)
    {
        double decayToZero = parameters.DecayToZero;
        MeshFailurePenalty = Decayed(MeshFailurePenalty, Params.MeshFailurePenaltyDecay, decayToZero, ticks);
        InvalidMessageDeliveries = Decayed(InvalidMessageDeliveries, Params.InvalidMessageDeliveriesDecay, decayToZero, ticks);
        FirstMessageDeliveries = Decayed(FirstMessageDeliveries, Params.FirstMessageDeliveriesDecay, decayToZero, topic.ActiveTicks);
        MeshMessageDeliveries = Decayed(MeshMessageDeliveries, Params.MeshMessageDeliveriesDecay, decayToZero, topic.ActiveTicks);

        // A late tick may lie before the graft.
        TimeSpan before = tick - (ticks * parameters.DecayInterval);
        TimeSpan from = _graftedAt > before ? _graftedAt : before;
        TimeSpan until = before + (topic.ActiveTicks * parameters.DecayInterval);
        if (IsInMesh && until > from)
        {
            MeshTime += until - from;
            IsActive |= MeshTime > Params.MeshMessageDeliveriesActivation;
        }
    }

    /// <summary>The topic has other parameters now: counters above their caps come down to them (go's SetTopicScoreParams).</summary>
    public void Cap()
    {
        FirstMessageDeliveries = Math.Min(FirstMessageDeliveries, Params.FirstMessageDeliveriesCap);
        MeshMessageDeliveries = Math.Min(MeshMessageDeliveries, Params.MeshMessageDeliveriesCap);
    }

    /// <summary>Takes up counters stored earlier; what is no number or negative counts as 0.</summary>
    public void Restore(RetainedTopicScore stored)
    {
        MeshMessageDeliveries = Math.Min(RetainedPeerScore.Sane(stored.MeshMessageDeliveries), Params.MeshMessageDeliveriesCap);
        MeshFailurePenalty = RetainedPeerScore.Sane(stored.MeshFailurePenalty);
        InvalidMessageDeliveries = RetainedPeerScore.Sane(stored.InvalidMessageDeliveries);
    }

    /// <summary>A counter after so many ticks.</summary>
    public static double Decayed(double counter, double factor, double decayToZero, long ticks)
    {
        if (ticks > ScoringLimits.MaxTicksOneByOne)
        {
            counter *= Math.Pow(factor, ticks);
            return counter < decayToZero ? 0 : counter;
        }

        for (; ticks > 0 && counter > 0; ticks--)
        {
            counter *= factor;
            counter = counter < decayToZero ? 0 : counter;
        }

        return counter;
    }
}
