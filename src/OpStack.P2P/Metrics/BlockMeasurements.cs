using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Metrics;

/// <summary>What gossip measures of blocks. Any thread.</summary>
internal sealed class BlockMeasurements
{
    public const int Decode = 0;
    public const int Check = 1;
    public const int Admit = 2;

    private readonly CounterTable _validations = new(BlockMetrics.Validations);
    private readonly CounterTable _delivered = new(BlockMetrics.Delivered);
    private readonly MetricHistogram _time;
    private readonly MetricHistogram _latency;
    private long _lastNumber;
    private long _lastTimestamp;
    private long _lastArrival;

    public BlockMeasurements(MetricSource source)
    {
        _time = source.Histogram(BlockMetrics.ValidationTime);
        _latency = source.Histogram(BlockMetrics.Latency);
        source.Observe(BlockMetrics.Validations, _validations.Read);
        source.Observe(BlockMetrics.Delivered, _delivered.Read);
        source.Observe(BlockMetrics.LastNumber, () => Interlocked.Read(ref _lastNumber));
        source.Observe(BlockMetrics.LastTimestamp, () => Interlocked.Read(ref _lastTimestamp));
        source.Observe(BlockMetrics.LastArrival, () => Interlocked.Read(ref _lastArrival));
    }

    /// <summary>A phase of a judgement took so long.</summary>
    public void Took(int phase, TimeSpan time) => _time.Record(time.TotalSeconds, phase);

    /// <summary>A block of a peer was judged.</summary>
    /// <param name="result">Of MessageAcceptance.</param>
    /// <param name="reason">Of BlockInvalidReason.</param>
    public void Judged(int result, int reason) => _validations.Add((result * BlockMetrics.Reason.Values.Count) + reason);

    /// <summary>A valid block of a peer is handed on.</summary>
    /// <param name="version">1 to 4.</param>
    /// <param name="number">Its number.</param>
    /// <param name="timestamp">Its timestamp, unix seconds.</param>
    /// <param name="now">The time.</param>
    public void Delivered(int version, ulong number, ulong timestamp, DateTimeOffset now)
    {
        _delivered.Add(version - 1);
        _latency.Record((now.ToUnixTimeMilliseconds() - (timestamp * 1000.0)) / 1000);
        Interlocked.Exchange(ref _lastNumber, (long)Math.Min(number, long.MaxValue));
        Interlocked.Exchange(ref _lastTimestamp, (long)Math.Min(timestamp, long.MaxValue));
        Interlocked.Exchange(ref _lastArrival, now.ToUnixTimeSeconds());
    }
}
