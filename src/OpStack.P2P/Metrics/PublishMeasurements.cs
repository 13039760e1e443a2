using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Metrics;

/// <summary>What became of the blocks we were to publish; in the order of the label's values.</summary>
internal enum PublishResultKind
{
    Published,
    NoSigner,
    WrongSigner,
    SigningFailed,
    SigningTimeout,
    Refused,
    Failed,
}

/// <summary>What is measured of the blocks we publish. Any thread.</summary>
internal sealed class PublishMeasurements
{
    private readonly CounterTable _published = new(BlockMetrics.Published);
    private long _lastFailure;

    public PublishMeasurements(MetricSource source)
    {
        source.Observe(BlockMetrics.Published, _published.Read);
        source.Observe(BlockMetrics.LastFailure, () => Interlocked.Read(ref _lastFailure));
    }

    public void Ended(PublishResultKind result, DateTimeOffset now)
    {
        _published.Add((int)result);
        if (result != PublishResultKind.Published)
        {
            Interlocked.Exchange(ref _lastFailure, now.ToUnixTimeSeconds());
        }
    }
}
