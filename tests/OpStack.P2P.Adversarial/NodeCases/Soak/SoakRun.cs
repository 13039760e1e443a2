using OpStack.P2P.Adversarial.NodeCases.Attacks;
using OpStack.P2P.Adversarial.NodeCases.Victim;
using OpStack.P2P.TestKit;
using OpStack.Primitives.Crypto.Secp256k1;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>A victim among honest peers that come and go, a block per second, and an attack per interval, measured at the end of each.</summary>
internal sealed class SoakRun(SoakOptions options, Action<SoakRow> onRow)
{
    private const int BlockSize = 50_000;

    /// <summary>The attack the rotation begins with: the frames of 4 MB, whose buffers the runtime's pool is to have given back when it counts.</summary>
    private static readonly int First = AllAttacks.Names.ToList().IndexOf("subscriptions-4mb");

    private static readonly TimeSpan BlockInterval = TimeSpan.FromSeconds(1);

    private readonly Secp256k1PrivateKey _key = TestBlocks.NewSequencerKey();
    private long _published;
    private long _churned;
    private string _attacks = "";

    /// <summary>Runs, and returns all rows.</summary>
    public async Task<IReadOnlyList<SoakRow>> RunAsync()
    {
        await using VictimProcess victim = await VictimProcess.StartAsync(boundPool: false);
        List<SoakPeer> peers = [];
        for (int i = 0; i < options.Peers; i++)
        {
            peers.Add(await SoakPeer.StartAsync(victim.Record));
        }

        using CancellationTokenSource stop = new();
        Task[] work = [];
        try
        {
            await victim.LookUntilAsync(figures => figures.GossipPeers * 3 >= options.Peers, VictimProcess.Guard);
            await TouchAsync(victim);
            await victim.ResetAsync();
            work = [PublishAsync(peers[0].Gossip, stop.Token), ChurnAsync(peers, victim, stop.Token), AttackAsync(victim, stop.Token)];
            List<SoakRow> rows = await MeasureAsync(victim, work);
            await stop.CancelAsync();
            await Task.WhenAll(work);
            return rows;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // What made the run fail is thrown already.
            await Task.WhenAll(peers.Select(peer => peer.DisposeAsync().AsTask()));
            _key.Dispose();
        }
    }

    /// <summary>The load goes on until it is told to stop: one that has ended is what the run ends with, by its own exception if it has one.</summary>
    internal static async Task ThrowIfAnyEndedAsync(IEnumerable<Task> work)
    {
        foreach (Task over in work.Where(task => task.IsCompleted))
        {
            await over;
            throw new InvalidOperationException("A part of the soak's load ended before the soak.");
        }
    }

    private async Task<List<SoakRow>> MeasureAsync(VictimProcess victim, Task[] work)
    {
        List<SoakRow> rows = [];
        using PeriodicTimer timer = new(options.RowInterval);
        for (int row = 1; row <= options.Rows; row++)
        {
            await timer.WaitForNextTickAsync();
            await ThrowIfAnyEndedAsync(work);
            long published = Interlocked.Exchange(ref _published, 0);
            VictimFigures figures = await victim.TurnAsync();
            rows.Add(new SoakRow(row * options.RowInterval.TotalMinutes, figures, published, Interlocked.Exchange(ref _churned, 0), Interlocked.Exchange(ref _attacks, "")));
            onRow(rows[^1]);
        }

        return rows;
    }

    private async Task PublishAsync(GossipDriver sequencer, CancellationToken stop)
    {
        using PeriodicTimer timer = new(BlockInterval);
        for (ulong height = 1; !stop.IsCancellationRequested; height++)
        {
            bool isOut = await HonestBlocks.TryPublishAsync(sequencer, HonestBlocks.Create(height, BlockSize, _key, DateTimeOffset.UtcNow));
            Interlocked.Add(ref _published, isOut ? 1 : 0);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>The oldest goes, but for the sequencer, and another one comes.</summary>
    private async Task ChurnAsync(List<SoakPeer> peers, VictimProcess victim, CancellationToken stop)
    {
        while (await PausedAsync(options.ChurnInterval, stop))
        {
            SoakPeer leaving = peers[1];
            peers.RemoveAt(1);
            await leaving.DisposeAsync();
            peers.Add(await SoakPeer.StartAsync(victim.Record));
            Interlocked.Increment(ref _churned);
        }
    }

    /// <summary>Every attack once, as it will be: what is loaded, rented and mapped for it at the first time stays, and is no leak.</summary>
    private async Task TouchAsync(VictimProcess victim)
    {
        foreach (Func<Attack> create in AllAttacks.Factories)
        {
            using CancellationTokenSource end = new(options.AttackDuration);
            await create().RunAsync(AttackTarget.Of(victim), end.Token);
        }
    }

    private async Task AttackAsync(VictimProcess victim, CancellationToken stop)
    {
        AttackTarget target = AttackTarget.Of(victim);
        for (int i = 0; await PausedAsync(options.AttackDelay, stop); i++)
        {
            Attack attack = AllAttacks.Factories[(First + i) % AllAttacks.Factories.Count]();
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            end.CancelAfter(options.AttackDuration);
            await attack.RunAsync(target, end.Token);
            Interlocked.Exchange(ref _attacks, $"{attack.Name} ({attack.Sent} {attack.Unit})");
            if (!await PausedAsync(options.RowInterval - options.AttackDelay - options.AttackDuration, stop))
            {
                return;
            }
        }
    }

    private static async Task<bool> PausedAsync(TimeSpan pause, CancellationToken stop)
    {
        await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }
}
