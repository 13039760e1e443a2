using System.Net.Sockets;
using OpStack.Libp2p;
using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Attacks;

/// <summary>
/// Something done to a victim over the network until it is told to stop, by several attackers at once. Each lives until the victim is done with
/// it, and comes back as somebody else.
/// </summary>
internal abstract class Attack
{
    /// <summary>Between two lives: a reconnect costs an attacker no less.</summary>
    private static readonly TimeSpan ReturnPause = TimeSpan.FromMilliseconds(20);

    private long _sent;
    private long _lives;

    /// <summary>What the command line calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The row of attack-cases.md, or rows.</summary>
    public abstract string Row { get; }

    /// <summary>What is counted in <see cref="Sent"/>, in the plural.</summary>
    public abstract string Unit { get; }

    /// <summary>Attackers at once.</summary>
    protected abstract int Attackers { get; }

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Attackers that began, each under another name.</summary>
    public long Lives => Interlocked.Read(ref _lives);

    /// <summary>What must hold of the victim besides what must hold in every case: what, how much it is, how much it may be.</summary>
    /// <param name="before">Before the attack.</param>
    /// <param name="after">After it, with the peaks of it.</param>
    public virtual IEnumerable<AttackBound> Bounds(VictimFigures before, VictimFigures after) => [];

    /// <summary>Runs until <paramref name="stop"/>; returns when all its sockets are closed.</summary>
    public Task RunAsync(AttackTarget target, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, Attackers).Select(i => Task.Run(() => ComeBackAsync(target, i, stop), CancellationToken.None)));

    /// <summary>One life. May end, and may throw what a network throws.</summary>
    protected abstract Task LiveAsync(AttackTarget target, int attacker, CancellationToken stop);

    protected void CountSent(long units = 1) => Interlocked.Add(ref _sent, units);

    private async Task ComeBackAsync(AttackTarget target, int attacker, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Interlocked.Increment(ref _lives);
            try
            {
                await LiveAsync(target, attacker, stop);
            }
            catch (Exception e) when (e is Libp2pException or SocketException or IOException or HttpRequestException or OperationCanceledException)
            {
                // The victim has closed, refused or never answered, or it is time to stop.
            }

            await Task.Delay(ReturnPause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>Something that must not exceed a limit.</summary>
/// <param name="What">In words.</param>
/// <param name="Actual">How much it is.</param>
/// <param name="Most">How much it may be.</param>
internal sealed record AttackBound(string What, long Actual, long Most);
