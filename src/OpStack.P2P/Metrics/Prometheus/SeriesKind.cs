namespace OpStack.P2P.Metrics.Prometheus;

/// <summary>How measurements of an instrument become a value.</summary>
internal enum SeriesKind
{
    /// <summary>Each is the value of the moment.</summary>
    Gauge,

    /// <summary>Each is the sum so far.</summary>
    Total,

    /// <summary>Each is one observation.</summary>
    Histogram,
}
