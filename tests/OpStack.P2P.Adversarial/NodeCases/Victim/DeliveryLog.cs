namespace OpStack.P2P.Adversarial.NodeCases.Victim;

/// <summary>What came out of a victim since its last reset. Any thread.</summary>
internal sealed class DeliveryLog
{
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _heights = [];
    private readonly List<double> _milliseconds = [];
    private long _others;

    public void Add(OpNetworkPayloadEnvelope block)
    {
        bool isHonest = HonestBlocks.TryReadAge(block, DateTimeOffset.UtcNow, out TimeSpan age);
        lock (_gate)
        {
            if (!isHonest)
            {
                _others++;
            }
            else if (_heights.Add(block.Payload.BlockNumber))
            {
                _milliseconds.Add(age.TotalMilliseconds);
            }
        }
    }

    public void Reset() => AddTo(new VictimFigures(), reset: true);

    /// <summary>Figures with what came; then, if told so, everything begins anew.</summary>
    public VictimFigures AddTo(VictimFigures figures, bool reset)
    {
        lock (_gate)
        {
            double[] sorted = [.. _milliseconds.Order()];
            figures = figures with { Blocks = sorted.Length, OtherBlocks = _others, P50 = At(sorted, 0.50), P99 = At(sorted, 0.99) };
            if (reset)
            {
                _heights.Clear();
                _milliseconds.Clear();
                _others = 0;
            }

            return figures;
        }
    }

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
