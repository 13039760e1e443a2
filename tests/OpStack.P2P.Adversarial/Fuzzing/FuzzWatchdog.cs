namespace OpStack.P2P.Adversarial.Fuzzing;

/// <summary>Tells of a trial that does not end. A probe measures what returns; this looks from outside, at all workers with one timer.</summary>
internal sealed class FuzzWatchdog : IDisposable
{
    /// <summary>From look to look: a trial that two of them see has gone on for so long at least, and for less than twice as long.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly FuzzProbe?[] _probes;
    private readonly FuzzTrial?[] _seen;
    private readonly Action<FuzzTrial> _onHang;
    private readonly ITimer _timer;

    public FuzzWatchdog(int workers, Action<FuzzTrial> onHang, TimeProvider clock)
    {
        _probes = new FuzzProbe?[workers];
        _seen = new FuzzTrial?[workers];
        _onHang = onHang;
        _timer = clock.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <summary>Says what a worker tries its inputs with from now on.</summary>
    public void Watch(int worker, FuzzProbe probe) => Volatile.Write(ref _probes[worker], probe);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        for (int worker = 0; worker < _probes.Length; worker++)
        {
            FuzzTrial? trial = Volatile.Read(ref _probes[worker])?.Trial;
            if (trial is not null && ReferenceEquals(trial, _seen[worker]))
            {
                _onHang(trial);
            }

            _seen[worker] = trial;
        }
    }
}
