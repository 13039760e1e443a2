namespace OpStack.Libp2p.Connections.Accounting;

/// <summary>Counts of events by reason, for <see cref="SwarmStatistics"/>. Any thread.</summary>
internal sealed class SwarmCounters
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private readonly long[] _opened = new long[Enum.GetValues<ConnectionDirection>().Length];
    private readonly long[] _closedInbound = new long[Enum.GetValues<ConnectionCloseReason>().Length];
    private readonly long[] _closedOutbound = new long[Enum.GetValues<ConnectionCloseReason>().Length];
    private readonly long[][] _gate = [.. Enum.GetValues<GateHook>().Select(_ => new long[Enum.GetValues<GateVerdict>().Length])];
    private readonly long[] _dialsFailed = new long[Enum.GetValues<Libp2pError>().Length];
    private long _accepted;
    private long _handshakesBegun;
    private long _dialsSucceeded;
    private long _dialsAbandoned;

    public long Accepted => Interlocked.Read(ref _accepted);

    public long HandshakesBegun => Interlocked.Read(ref _handshakesBegun);

    public long DialsSucceeded => Interlocked.Read(ref _dialsSucceeded);

    public long DialsAbandoned => Interlocked.Read(ref _dialsAbandoned);

    public long OpenedInbound => Interlocked.Read(ref _opened[(int)ConnectionDirection.Inbound]);

    public long OpenedOutbound => Interlocked.Read(ref _opened[(int)ConnectionDirection.Outbound]);

    public IReadOnlyDictionary<RefusalReason, long> Refused => ByReason<RefusalReason>(_refused);

    public IReadOnlyDictionary<ConnectionCloseReason, long> ClosedInbound => ByReason<ConnectionCloseReason>(_closedInbound);

    public IReadOnlyDictionary<ConnectionCloseReason, long> ClosedOutbound => ByReason<ConnectionCloseReason>(_closedOutbound);

    public IReadOnlyDictionary<GateHook, IReadOnlyDictionary<GateVerdict, long>> Gate =>
        Enum.GetValues<GateHook>().ToDictionary(hook => hook, hook => (IReadOnlyDictionary<GateVerdict, long>)ByReason<GateVerdict>(_gate[(int)hook]));

    public IReadOnlyDictionary<Libp2pError, long> DialsFailed => ByReason<Libp2pError>(_dialsFailed);

    public void OnAccepted() => Interlocked.Increment(ref _accepted);

    public void OnHandshakeBegun() => Interlocked.Increment(ref _handshakesBegun);

    public void OnDialSucceeded() => Interlocked.Increment(ref _dialsSucceeded);

    public void OnDialFailed(Libp2pError error) => Interlocked.Increment(ref _dialsFailed[(int)error]);

    public void OnRefused(RefusalReason reason) => Interlocked.Increment(ref _refused[(int)reason]);

    public void OnDialAbandoned() => Interlocked.Increment(ref _dialsAbandoned);

    public void OnOpened(ConnectionDirection direction) => Interlocked.Increment(ref _opened[(int)direction]);

    public void OnClosed(ConnectionDirection direction, ConnectionCloseReason reason) =>
        Interlocked.Increment(ref (direction == ConnectionDirection.Inbound ? _closedInbound : _closedOutbound)[(int)reason]);

    public void OnGateAsked(GateHook hook, GateVerdict verdict)
    {
        // A gate of the host's own may answer what is no verdict; that lets nothing pass, and counts as another reason.
        long[] verdicts = _gate[(int)hook];
        Interlocked.Increment(ref verdicts[(uint)verdict < (uint)verdicts.Length ? (int)verdict : (int)GateVerdict.Other]);
    }

    /// <summary>Those that happened at all; the enums count from 0.</summary>
    private static Dictionary<TReason, long> ByReason<TReason>(long[] counts)
        where TReason : struct, Enum =>
        Enum.GetValues<TReason>()
            .Select((reason, i) => (reason, Count: Interlocked.Read(ref counts[i])))
            .Where(c => c.Count > 0)
            .ToDictionary(c => c.reason, c => c.Count);
}
