using OpStack.Libp2p.Connections;

namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>Looks 20 times a second, on a thread of its own: a pool that is held up is just what it is to see.</summary>
internal sealed class PeakWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly IConnectionManager _connections;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private VictimFigures _peaks = new();

    public PeakWatch(IConnectionManager connections)
    {
        _connections = connections;
        _thread = new Thread(Watch) { IsBackground = true };
        _thread.Start();
    }

    public void Reset() => AddTo(new VictimFigures(), reset: true);

    /// <summary>Figures with the peaks; then, if told so, these begin anew.</summary>
    public VictimFigures AddTo(VictimFigures figures, bool reset)
    {
        Look();
        lock (_gate)
        {
            VictimFigures peaks = _peaks;
            _peaks = reset ? new VictimFigures() : peaks;
            return figures with
            {
                PeakResidentSet = peaks.PeakResidentSet,
                PeakPoolThreads = peaks.PeakPoolThreads,
                PeakHalfOpen = peaks.PeakHalfOpen,
                PeakInbound = peaks.PeakInbound,
            };
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.Wait(Interval))
        {
            Look();
        }
    }

    private void Look()
    {
        SwarmStatistics now = _connections.Statistics;
        lock (_gate)
        {
            _peaks = new VictimFigures
            {
                PeakResidentSet = Math.Max(_peaks.PeakResidentSet, Environment.WorkingSet),
                PeakPoolThreads = Math.Max(_peaks.PeakPoolThreads, ThreadPool.ThreadCount),
                PeakHalfOpen = Math.Max(_peaks.PeakHalfOpen, now.HalfOpenInboundNow),
                PeakInbound = Math.Max(_peaks.PeakInbound, now.InboundNow),
            };
        }
    }
}
