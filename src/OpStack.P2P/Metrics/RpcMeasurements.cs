using System.Collections.Frozen;
using OpStack.P2P.Metrics.Definitions;

namespace OpStack.P2P.Metrics;

/// <summary>What is measured of RPC calls. Any thread.</summary>
internal sealed class RpcMeasurements
{
    private static readonly FrozenDictionary<string, int> Methods = NodeMetrics.Method.Values
        .Select((method, i) => KeyValuePair.Create(method, i))
        .Append(KeyValuePair.Create("opp2p_blocAddr", IndexOf("opp2p_blockAddr"))) // As kona spells it.
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly int Other = NodeMetrics.Method.Values.Count - 1;
    private static readonly int Outcomes = Enum.GetValues<RpcOutcome>().Length;

    private readonly CounterTable _calls = new(NodeMetrics.RpcCalls);
    private readonly MetricHistogram _durations;

    public RpcMeasurements(MetricSource source)
    {
        _durations = source.Histogram(NodeMetrics.RpcTime);
        source.Observe(NodeMetrics.RpcCalls, _calls.Read);
    }

    /// <summary>A call ended.</summary>
    /// <param name="method">What was called; a name that is no method of ours counts as "other", so that no caller can make a series.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="duration">How long it took.</param>
    public void RpcCall(string method, RpcOutcome outcome, TimeSpan duration)
    {
        int index = Methods.GetValueOrDefault(method, Other);
        _calls.Add((index * Outcomes) + (int)outcome);
        _durations.Record(duration.TotalSeconds, index);
    }

    private static int IndexOf(string method) => NodeMetrics.Method.Values.TakeWhile(value => value != method).Count();
}
