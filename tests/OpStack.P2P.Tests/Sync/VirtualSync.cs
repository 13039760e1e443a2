using OpStack.Libp2p.Identity;
using OpStack.P2P.Sync;
using OpStack.P2P.Tests.Peers;

namespace OpStack.P2P.Tests.Sync;

/// <summary>What a peer answers to a request, and after which time.</summary>
internal delegate (TimeSpan After, SyncAnswer Answer) VirtualServer(ulong number, TimeSpan now);

/// <summary>The client's scheduler and servers in virtual time: real cores and the real codec, no threads and no sockets.</summary>
internal sealed class VirtualSync
{
    private static readonly PeerId Us = TestPeers.Cheap(-1);

    private readonly PriorityQueue<Action, (TimeSpan, long)> _events = new();
    private readonly Dictionary<PeerId, VirtualServer> _servers = [];
    private readonly SyncScheduler _scheduler = new(SyncLimits.StallTimeout, _ => true);
    private long _order;

    public TimeSpan Now { get; private set; }

    public List<SyncedBlock> Delivered { get; } = [];

    public List<(PeerId Peer, SyncVerdict Verdict)> Verdicts { get; } = [];

    public SyncRangeResult? Result { get; private set; }

    public int MostQuarantined { get; private set; }

    public SyncStatistics Statistics => _scheduler.Statistics;

    /// <summary>Serves at op-node's rates, each answer <paramref name="latency"/> after its turn.</summary>
    public static VirtualServer Honest(SyncChain chain, TimeSpan latency)
    {
        ServerRates rates = new();
        return (number, now) =>
        {
            if (!rates.TryTakePeer(Us, now, out TimeSpan delay))
            {
                return (latency, new SyncAnswer(SyncFault.UnknownError, null));
            }

            SyncAnswer answer = chain.Find(number) is { } block
                ? SyncWire.Read(chain.Config, number, SyncWire.Answer(block))
                : new SyncAnswer(SyncFault.NotFound, null);
            return (delay + latency, answer);
        };
    }

    /// <summary>Takes requests and never answers: the client's deadline does.</summary>
    public static VirtualServer Silent() => (_, _) => (SyncLimits.ClientReadTimeout, new SyncAnswer(SyncFault.Timeout, null));

    public PeerId Add(VirtualServer server)
    {
        PeerId peer = TestPeers.Cheap(_servers.Count + 1);
        _servers[peer] = server;
        _scheduler.AddPeer(peer);
        return peer;
    }

    public void RemoveAt(TimeSpan time, PeerId peer) => At(time, () => _scheduler.RemovePeer(peer));

    /// <summary>Runs a range to its end.</summary>
    public SyncRangeResult Run(SyncRange range)
    {
        Result = null;
        _scheduler.Begin(range, Now);
        Execute();
        while (Result is null)
        {
            TimeSpan? deadline = _scheduler.NextDeadline(Now);
            if (_events.TryPeek(out Action? next, out (TimeSpan Time, long) due) && !(deadline < due.Time))
            {
                _events.Dequeue();
                Now = due.Time;
                next();
            }
            else
            {
                Now = deadline ?? throw new InvalidOperationException("Nothing would ever happen again.");
            }

            Execute();
        }

        return Result.Value;
    }

    public int Count(PeerId peer, SyncVerdict verdict) => Verdicts.Count(v => v.Peer.Equals(peer) && v.Verdict == verdict);

    private void Execute()
    {
        foreach (SyncAction action in _scheduler.Update(Now))
        {
            switch (action)
            {
                case SyncAction.Ask ask:
                    (TimeSpan after, SyncAnswer answer) = _servers[ask.Peer](ask.Number, Now);
                    At(Now + after, () => _scheduler.OnAnswer(ask.Id, answer, Now));
                    break;
                case SyncAction.Deliver deliver:
                    Delivered.Add(deliver.Block);
                    At(Now, () => _scheduler.OnTaken(Now));
                    break;
                case SyncAction.Score score:
                    Verdicts.Add((score.Peer, score.Verdict));
                    break;
                case SyncAction.End end:
                    Result = end.Result;
                    break;
            }
        }

        MostQuarantined = Math.Max(MostQuarantined, _scheduler.Statistics.Quarantined);
    }

    private void At(TimeSpan time, Action action) => _events.Enqueue(action, (time, _order++));
}
