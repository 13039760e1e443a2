namespace OpStack.Libp2p.Nat;

/// <summary>
/// Watches the seconds a gateway says it has kept its mappings for. When they do not go on as our own clock does, it has lost them
/// (RFC 6887 section 8.5; RFC 6886 section 3.6 asks for less). A pure core.
/// </summary>
internal sealed class GatewayEpoch
{
    /// <summary>Clock rates may differ by so much: one sixteenth.</summary>
    private const int DriftShare = 16;

    private const double SlackSeconds = 2;

    private uint? _epoch;
    private TimeSpan _seenAt;

    /// <summary>Takes an epoch in; true when the gateway has lost its state since the last one.</summary>
    public bool HasLostState(uint epoch, TimeSpan now)
    {
        bool lost = _epoch is { } before && !IsContinued(before, epoch, (now - _seenAt).TotalSeconds);
        (_epoch, _seenAt) = (epoch, now);
        return lost;
    }

    private static bool IsContinued(uint before, uint epoch, double ours)
    {
        // One second back is no restart: answers overtake each other.
        if (epoch < before)
        {
            return before - epoch <= 1;
        }

        double theirs = epoch - before;
        return ours + SlackSeconds >= theirs - (theirs / DriftShare) && theirs + SlackSeconds >= ours - (ours / DriftShare);
    }
}
