namespace OpStack.Discv5;

/// <summary>The watchdog: it looks at what readers and loop leave behind, so that it sees when either stands still.</summary>
public sealed partial class Discv5Service
{
    private const long Never = -1;

    /// <summary>When the first datagram came that is not handled yet, in ticks of our clock; <see cref="Never"/> if all are.</summary>
    private long _unhandledSince = Never;
    private volatile bool _receiveEnded;
    private ITimer? _watchdog;
    private int _reportedHealth = (int)Discv5Health.Healthy;

    /// <summary>Whether the service does its work. A change is an event too (<see cref="Discv5Event.HealthChanged"/>), within a third of the time more.</summary>
    public Discv5Health Health
    {
        get
        {
            if (_loop is not { } loop || _stopping.IsCancellationRequested)
            {
                return Discv5Health.Stopped;
            }

            long since = Interlocked.Read(ref _unhandledSince);
            bool isDeaf = _receiveEnded || loop.IsCompleted || (since != Never && Now.Ticks - since >= _options.DeafAfter.Ticks);
            return isDeaf ? Discv5Health.Deaf : Discv5Health.Healthy;
        }
    }

    private void StartWatchdog()
    {
        TimeSpan period = _options.DeafAfter / 3;
        _watchdog = _time.CreateTimer(_ => ReportHealth(), null, period, period);
    }

    private void OnReceived() => Interlocked.CompareExchange(ref _unhandledSince, Now.Ticks, Never);

    private void OnHandled() => Interlocked.Exchange(ref _unhandledSince, Never);

    private void ReportHealth()
    {
        Discv5Health health = Health;
        if (health == Discv5Health.Stopped || Interlocked.Exchange(ref _reportedHealth, (int)health) == (int)health)
        {
            return;
        }

        if (health == Discv5Health.Deaf)
        {
            Discv5Log.Deaf(_logger, _options.DeafAfter.TotalSeconds);
        }
        else
        {
            Discv5Log.HearsAgain(_logger);
        }

        _events.Writer.TryWrite(new Discv5Event.HealthChanged(health));
    }
}
