using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Sync;

/// <summary>The client's core, driven by hand; peers are numbered from zero.</summary>
internal sealed class SchedulerRig
{
    private readonly List<SyncAction> _actions = [];

    public SchedulerRig(int peers, Func<PeerId, bool>? filter = null)
    {
        Scheduler = new SyncScheduler(SyncLimits.StallTimeout, filter ?? (_ => true));
        for (int i = 0; i < peers; i++)
        {
            Scheduler.AddPeer(Peer(i));
        }
    }

    public SyncScheduler Scheduler { get; }

    public SyncStatistics Statistics => Scheduler.Statistics;

    /// <summary>The clock, in seconds.</summary>
    public double Now { get; set; }

    public TimeSpan Time => TimeSpan.FromSeconds(Now);

    public static PeerId Peer(int number) => TestPeers.Cheap(number + 1);

    public void Begin(SyncRange range) => Scheduler.Begin(range, Time);

    /// <summary>The requests that are due now; what else is due can be had from <see cref="Take{T}"/>.</summary>
    public SyncAction.Ask[] Asks()
    {
        Update();
        return Take<SyncAction.Ask>();
    }

    /// <summary>The requests that come up to a time at which nothing is answered.</summary>
    public List<SyncAction.Ask> AsksUntil(double seconds)
    {
        List<SyncAction.Ask> asks = [.. Asks()];
        while (Scheduler.NextDeadline(Time) is { } next && next.TotalSeconds <= seconds)
        {
            Now = next.TotalSeconds;
            asks.AddRange(Asks());
        }

        return asks;
    }

    public void Answer(SyncAction.Ask ask, OpNetworkPayloadEnvelope block) =>
        Scheduler.OnAnswer(ask.Id, new SyncAnswer(SyncFault.None, block), Time);

    public void Fail(SyncAction.Ask ask, SyncFault fault) => Scheduler.OnAnswer(ask.Id, new SyncAnswer(fault, null), Time);

    /// <summary>The heights handed on since the last time.</summary>
    public ulong[] Delivered()
    {
        Update();
        return [.. Take<SyncAction.Deliver>().Select(deliver => deliver.Block.Envelope.Payload.BlockNumber)];
    }

    /// <summary>The verdicts since the last time.</summary>
    public SyncAction.Score[] Scores()
    {
        Update();
        return Take<SyncAction.Score>();
    }

    /// <summary>How the range ended, if it has since the last time.</summary>
    public SyncRangeResult? End()
    {
        Update();
        return Take<SyncAction.End>().SingleOrDefault()?.Result;
    }

    private void Update() => _actions.AddRange(Scheduler.Update(Time));

    private T[] Take<T>()
        where T : SyncAction
    {
        T[] taken = [.. _actions.OfType<T>()];
        _actions.RemoveAll(action => action is T);
        return taken;
    }
}
