namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>Counts of events by reason, for <see cref="SwarmStatistics"/>. Any thread.</summary>
internal sealed class SwarmCounters
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private readonly long[] _closed = new long[Enum.GetValues<ConnectionCloseReason>().Length];
    private readonly long[] _dialsFailed = new long[Enum.GetValues<Libp2pError>().Length];
    private long _accepted;
    private long _handshakesBegun;
    private long _dialsSucceeded;

    public long Accepted => Interlocked.Read(ref _accepted);

    public long HandshakesBegun => Interlocked.Read(ref _handshakesBegun);

    public long DialsSucceeded => Interlocked.Read(ref _dialsSucceeded);

    public IReadOnlyDictionary<RefusalReason, long> Refused => ByReason<RefusalReason>(_refused);

    public IReadOnlyDictionary<ConnectionCloseReason, long> Closed => ByReason<ConnectionCloseReason>(_closed);

    public IReadOnlyDictionary<Libp2pError, long> DialsFailed => ByReason<Libp2pError>(_dialsFailed);

    public void OnAccepted() => Interlocked.Increment(ref _accepted);

    public void OnHandshakeBegun() => Interlocked.Increment(ref _handshakesBegun);

    public void OnDialSucceeded() => Interlocked.Increment(ref _dialsSucceeded);

    public void OnDialFailed(Libp2pError error) => Interlocked.Increment(ref _dialsFailed[(int)error]);

    public void OnRefused(RefusalReason reason) => Interlocked.Increment(ref _refused[(int)reason]);

    public void OnClosed(ConnectionCloseReason reason) => Interlocked.Increment(ref _closed[(int)reason]);

    /// <summary>Those that happened at all; the enums count from 0.</summary>
    private static Dictionary<TReason, long> ByReason<TReason>(long[] counts)
        where TReason : struct, Enum =>
        Enum.GetValues<TReason>()
            .Select((reason, i) => (reason, Count: Interlocked.Read(ref counts[i])))
            .Where(c => c.Count > 0)
            .ToDictionary(c => c.reason, c => c.Count);
}
