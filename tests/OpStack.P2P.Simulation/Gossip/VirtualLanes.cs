using OpStack.Libp2p.Gossipsub;

namespace OpStack.P2P.Simulation.Gossip;

/// <summary>
/// The workers of a node's validation in virtual time, as ValidationLanes has them: per topic so many checks at a time, in order of
/// arrival, and an answer for each message when its time is over.
/// </summary>
/// <param name="time">Virtual time.</param>
/// <param name="duration">How long a check takes; <see cref="Timeout.InfiniteTimeSpan"/> for one that never returns.</param>
/// <param name="answer">Called once for each message: with true when it ran out of time.</param>
internal sealed class VirtualLanes(VirtualTime time, Func<GossipMessage, TimeSpan> duration, Action<GossipMessage, bool> answer)
{
    private readonly Dictionary<string, Lane> _lanes = [];

    public void Start(GossipMessage message)
    {
        if (!_lanes.TryGetValue(message.Topic, out Lane? lane))
        {
            _lanes.Add(message.Topic, lane = new Lane());
        }

        Pending pending = new(message, time.Now + RpcLimits.ValidationTimeout);
        if (lane.Running < RpcLimits.ValidationConcurrency)
        {
            Run(lane, pending);
        }
        else
        {
            lane.Waiting.Enqueue(pending);
            ExpireInTime(pending);
        }
    }

    private void Run(Lane lane, Pending pending)
    {
        lane.Running++;
        TimeSpan lasts = duration(pending.Message);
        if (lasts == Timeout.InfiniteTimeSpan || time.Now + lasts > pending.Deadline)
        {
            ExpireInTime(pending);
        }

        if (lasts != Timeout.InfiniteTimeSpan)
        {
            time.After(lasts, () => Finish(lane, pending));
        }
    }

    private void Finish(Lane lane, Pending pending)
    {
        lane.Running--;
        while (lane.Running < RpcLimits.ValidationConcurrency && lane.Waiting.TryDequeue(out Pending? next))
        {
            if (!next.IsAnswered)
            {
                Run(lane, next);
            }
        }

        Answer(pending, isLate: false);
    }

    private void ExpireInTime(Pending pending) => time.At(pending.Deadline, () => Answer(pending, isLate: true));

    private void Answer(Pending pending, bool isLate)
    {
        if (!pending.IsAnswered)
        {
            pending.IsAnswered = true;
            answer(pending.Message, isLate);
        }
    }

    private sealed class Pending(GossipMessage message, TimeSpan deadline)
    {
        public GossipMessage Message => message;

        public TimeSpan Deadline => deadline;

        public bool IsAnswered { get; set; }
    }

    private sealed class Lane
    {
        public Queue<Pending> Waiting { get; } = [];

        public int Running { get; set; }
    }
}
