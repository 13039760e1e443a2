using OpStack.Libp2p.Identity;

namespace OpStack.Libp2p.Identify;

/// <summary>What identify keeps of one connected peer, from its first connection to the end of its last.</summary>
internal sealed class IdentifyPeer(PeerId id, TimeSpan now)
{
    private readonly Lock _updating = new();
    private readonly Lock _rate = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TokenBucket _pushes = new(IdentifyLimits.PushBurst, IdentifyLimits.PushInterval, now);
    private volatile IdentifyInfo? _info;
    private ulong _sequence;
    private volatile bool _takesPushes;

    public PeerId Id { get; } = id;

    /// <summary>The version of ourselves that the peer was told last; null as long as it has not asked. Guarded by the service.</summary>
    public int? ToldVersion { get; set; }

    /// <summary>True once the peer has told who it is.</summary>
    public bool IsIdentified => _info is not null;

    /// <summary>True once the peer has listed identify/push. Read without the lock: the service asks under its own.</summary>
    public bool TakesPushes => _takesPushes;

    /// <summary>Ends when the last connection to the peer has.</summary>
    public Task Gone => _gone.Task;

    /// <summary>The last connection has ended. Runs nothing of those who wait for it: the host's lock is held.</summary>
    public void Leave() => _gone.TrySetResult();

    /// <summary>Counts a push of the peer against its rate.</summary>
    public bool MayPush(TimeSpan now)
    {
        lock (_rate)
        {
            return _pushes.TryTake(now);
        }
    }

    /// <summary>
    /// Takes in what the peer said and reports it. False when it is older than what is known: a record's number only grows (wire.md 1.3).
    /// Reported under a lock of this peer, so that reports keep their order.
    /// </summary>
    public bool TryUpdate(IdentifyMessage message, bool isPush, IIdentifyContext context)
    {
        lock (_updating)
        {
            if (message.Record?.Sequence < _sequence)
            {
                return false;
            }

            _sequence = message.Record?.Sequence ?? _sequence;
            _info = message.ToInfo(isPush ? _info : null);
            _takesPushes = _info.Protocols.Contains(IdentifyService.PushProtocol);
            context.ReportIdentified(Id, _info);
            return true;
        }
    }
}
