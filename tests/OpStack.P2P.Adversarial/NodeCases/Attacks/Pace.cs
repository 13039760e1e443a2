using System.Diagnostics;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>So many a second: what an attack costs its victim is to be compared with what it sends, not with how fast this machine is.</summary>
internal sealed class Pace(int perSecond)
{
    private static readonly TimeSpan Coarse = TimeSpan.FromMilliseconds(5);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _taken;

    /// <summary>Waits for the turn of the next one. Who is late does not make up for more than a second.</summary>
    public async ValueTask NextAsync(CancellationToken stop)
    {
        TimeSpan due = TimeSpan.FromSeconds(_taken / (double)perSecond);
        TimeSpan now = Stopwatch.GetElapsedTime(_began);
        _taken = now - due > TimeSpan.FromSeconds(1) ? (long)(now.TotalSeconds * perSecond) : _taken + 1;
        if (due - now > Coarse)
        {
            await Task.Delay(due - now, stop);
        }

        stop.ThrowIfCancellationRequested();
    }
}
