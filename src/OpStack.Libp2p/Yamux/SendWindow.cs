namespace OpStack.Libp2p.Yamux;

/// <summary>
/// How much one stream may still send. The one object that the session (which grants) and the stream's writer (which spends) share:
/// each total has a single thread that changes it, so neither waits for the other.
/// </summary>
internal sealed class SendWindow
{
    private long _granted = YamuxLimits.InitialWindow;
    private long _spent;

    /// <summary>Bytes put into frames so far.</summary>
    public long Spent => Volatile.Read(ref _spent);

    /// <summary>Bytes that may be sent now.</summary>
    public long Available => Volatile.Read(ref _granted) - Spent;

    /// <summary>Whether <paramref name="delta"/> more keeps the window within the 32 bits it has on the wire (CVE-2026-31814).</summary>
    public bool CanGrant(uint delta) => Available + delta <= uint.MaxValue;

    /// <summary>The session's side: adds credit that <see cref="CanGrant"/> allowed.</summary>
    public void Grant(uint delta) => Volatile.Write(ref _granted, checked(_granted + delta));

    /// <summary>The writer's side: takes what it has put into a frame, at most <see cref="Available"/>.</summary>
    public void Spend(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Available);
        Volatile.Write(ref _spent, _spent + count);
    }
}
