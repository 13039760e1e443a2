namespace OpStack.P2P.Peers.Dialing;

/// <summary>
/// How long to wait before the next dial of a static peer: 5 s, half as much again with every failure, at most 5 min, each ±20 % so that
/// nodes that lost a common peer do not come back all at once. (op-node redials every minute without back-off; the growth is that of its
/// unmerged #14850.)
/// </summary>
internal static class RedialBackoff
{
    private const double Growth = 1.5;
    private const double Jitter = 0.2;

    private static readonly TimeSpan Base = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <param name="failures">Failures in a row, from 0 on.</param>
    /// <param name="random">0 to 1, uniform.</param>
    public static TimeSpan After(int failures, double random)
    {
        // 11 failures reach the longest wait; the bound keeps the power from overflowing.
        TimeSpan wait = Base * Math.Pow(Growth, Math.Min(failures, 20));
        return (wait < Longest ? wait : Longest) * (1 - Jitter + (2 * Jitter * random));
    }
}
