namespace OpStack.P2P.Metrics;

/// <summary>Fills in the present values of a metric, by index of its series; they are 0 before. Called by whoever collects: it must not block.</summary>
internal delegate void MetricReader(Span<long> values);
