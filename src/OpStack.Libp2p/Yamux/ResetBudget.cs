namespace OpStack.Libp2p.Yamux;

/// <summary>Counts thrown-away streams: at most <see cref="YamuxLimits.MaxResets"/> in a window that begins with its first.</summary>
internal struct ResetBudget
{
    private TimeSpan _windowEnd;
    private int _count;

    /// <summary>Whether the budget of the window under way is gone.</summary>
    public readonly bool IsSpent(TimeSpan now) => _count >= YamuxLimits.MaxResets && now < _windowEnd;

    /// <summary>Counts one; false once the budget is gone.</summary>
    public bool TrySpend(TimeSpan now)
    {
        if (_count == 0 || now >= _windowEnd)
        {
            _windowEnd = now + YamuxLimits.ResetWindow;
            _count = 0;
        }

        return ++_count < YamuxLimits.MaxResets;
    }
}
