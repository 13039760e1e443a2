namespace OpStack.P2P.Metrics;

/// <summary>What kind of instrument a metric is.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; an observable counter.</summary>
    Counter,

    /// <summary>A size of the moment, which adds up over networks; an observable gauge.</summary>
    Gauge,

    /// <summary>The newest of something: an observable gauge of which networks together have the greatest.</summary>
    Latest,

    /// <summary>A distribution.</summary>
    Histogram,
}
