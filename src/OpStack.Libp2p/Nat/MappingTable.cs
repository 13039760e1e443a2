using System.Net;

namespace OpStack.Libp2p.Nat;

/// <summary>
/// The ports to be mapped at one gateway, what is mapped, and when each is to be asked for again. A pure core: times are those of a
/// monotonic clock that the caller brings.
/// </summary>
internal sealed class MappingTable(IReadOnlyList<PortToMap> ports, PortMapperOptions options)
{
    private readonly Entry[] _entries = [.. ports.Select(p => new Entry(p))];
    private int _losses;

    /// <summary>Whether every port has failed so often in a row that the gateway should be looked for anew.</summary>
    public bool IsLost => Array.TrueForAll(_entries, e => e.Failures >= NatLimits.FailuresBeforeSearch);

    /// <summary>When there is something to ask for, or to drop; a time gone by when there is now.</summary>
    public TimeSpan WakeAt => _entries.Min(e => e.External is not null && e.ExpiresAt < e.Due ? e.ExpiresAt : e.Due);

    /// <summary>What is wrong with the first port that is not well; null when all are.</summary>
    public string? Fault => Array.Find(_entries, e => e.Fault is not null) is { } faulty
        ? $"{faulty.Port.Protocol} {faulty.Port.InternalPort}: {faulty.Fault}"
        : null;

    /// <summary>The port whose turn it is, the longest due first; null when none is.</summary>
    public PortToMap? Next(TimeSpan now) => _entries.Where(e => e.Due <= now).MinBy(e => e.Due)?.Port;

    /// <summary>Where the port is reached now; null when it is not mapped.</summary>
    public IPEndPoint? ExternalOf(PortToMap port) => Find(port).External;

    /// <summary>The mappings that hold, in the order the ports were given.</summary>
    /// <param name="now">The caller's time,</param>
    /// <param name="utc">and what the calendar says at it.</param>
    public IReadOnlyList<PortMapping> MappingsAt(TimeSpan now, DateTimeOffset utc) =>
        [.. _entries.Where(e => e.External is not null).Select(e => new PortMapping(e.Port, e.External!, utc + (e.ExpiresAt - now)))];

    /// <summary>Takes in what became of asking for a port.</summary>
    public void Apply(PortToMap port, MapOutcome outcome, TimeSpan now)
    {
        Entry entry = Find(port);
        entry.AskedAt = now;
        if (outcome is MapOutcome.Granted { Lifetime: var time } && time <= NatLimits.MinInterval)
        {
            // It would be gone before its renewal, and told to peers and taken back again without end.
            outcome = new MapOutcome.Refused($"granted for {time.TotalSeconds} s only") { HasLostState = outcome.HasLostState };
        }

        if (outcome is MapOutcome.Granted granted)
        {
            // A gateway that grants more than was asked for is asked as often all the same: that is how a restart is noticed.
            TimeSpan lifetime = granted.Lifetime < options.Lifetime ? granted.Lifetime : options.Lifetime;
            entry.External = granted.External;
            entry.ExpiresAt = now + lifetime;
            entry.Due = now + Max(lifetime / 2, NatLimits.MinInterval);
            entry.Failures = 0;
            entry.Fault = null;
        }
        else
        {
            entry.Failures++;
            entry.Fault = outcome is MapOutcome.Refused refused ? refused.Reason : ((MapOutcome.NoAnswer)outcome).Reason;
            entry.Due = now + Backoff.After(entry.Failures, options, (outcome as MapOutcome.Refused)?.RetryAfter);
        }

        _losses = outcome.HasLostState ? _losses + 1 : 0;
        if (outcome.HasLostState)
        {
            RemapOthers(entry);
        }
    }

    /// <summary>Drops what has run out; true when there was something.</summary>
    public bool Expire(TimeSpan now)
    {
        bool any = false;
        foreach (Entry entry in _entries.Where(e => e.External is not null && e.ExpiresAt <= now))
        {
            entry.External = null;
            any = true;
        }

        return any;
    }

    /// <summary>
    /// The gateway has forgotten the others. They are asked for at once, but no port more often than the least interval, and less and less
    /// often while every answer says so: the gateway's clock may be broken for good.
    /// </summary>
    private void RemapOthers(Entry told)
    {
        TimeSpan interval = _losses <= _entries.Length ? NatLimits.MinInterval : Backoff.After(_losses - _entries.Length, options);
        foreach (Entry entry in _entries.Where(e => e != told && e.AskedAt is not null))
        {
            TimeSpan soonest = entry.AskedAt!.Value + interval;
            entry.Due = soonest < entry.Due ? soonest : entry.Due;
        }
    }

    private Entry Find(PortToMap port) => Array.Find(_entries, e => e.Port.Equals(port))!;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>A port that was never asked for is due since ever.</summary>
    private sealed class Entry(PortToMap port)
    {
        public PortToMap Port { get; } = port;

        public IPEndPoint? External { get; set; }

        public TimeSpan ExpiresAt { get; set; }

        public TimeSpan Due { get; set; } = TimeSpan.MinValue;

        public TimeSpan? AskedAt { get; set; }

        public int Failures { get; set; }

        public string? Fault { get; set; }
    }
}
