namespace OpStack.Libp2p.Gossipsub;

/// <summary>A message waiting for, or in, the stateless check. Everything but the outcome of the check belongs to the router's loop.</summary>
internal sealed class PendingCheck(GossipMessage message, IDisposable? room, TimeSpan deadline)
{
    public GossipMessage Message => message;

    public TimeSpan Deadline => deadline;

    /// <summary>The verdict is given; what the check still brings is of no interest.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>What the check returned.</summary>
    public object? Result { get; private set; }

    /// <summary>What it threw.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Marks the verdict as given and gives back the room of the decoded message.</summary>
    public void Answer()
    {
        IsAnswered = true;
        room?.Dispose();
    }

    /// <summary>Runs the check; on a worker.</summary>
    public void Run(IGossipMessageHandler handler)
    {
        try
        {
            Result = handler.Check(message);
        }
        catch (Exception e)
        {
            // Logged and counted by the loop, which gets it with the outcome.
            Fault = e;
        }
    }
}

/// <summary>
/// Runs the checks of each topic, <see cref="RpcLimits.ValidationConcurrency"/> at a time and in order of arrival, off the router's loop. Owned by the loop.
/// How many wait is bounded by the router (ValidationQueue, ValidationThrottle).
/// </summary>
/// <param name="handler">The application.</param>
/// <param name="tasks">Where the workers are tracked.</param>
/// <param name="finished">Called on the worker when a check has returned; must bring it to the loop, for <see cref="Finished"/>.</param>
internal sealed class ValidationLanes(IGossipMessageHandler handler, TaskTracker tasks, Action<PendingCheck> finished)
{
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly Queue<PendingCheck> _byDeadline = [];

    /// <summary>When the next message runs out of time; null when none waits.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            PendingCheck? first;
            while (_byDeadline.TryPeek(out first) && first.IsAnswered)
            {
                _byDeadline.Dequeue();
            }

            return first?.Deadline;
        }
    }

    /// <summary>Takes over a message and its room.</summary>
    public void Start(GossipMessage message, IDisposable? room, TimeSpan now)
    {
        // One timeout for all keeps the queue in order of the deadlines.
        PendingCheck pending = new(message, room, now + RpcLimits.ValidationTimeout);
        _byDeadline.Enqueue(pending);
        if (!_lanes.TryGetValue(message.Topic, out Lane? lane))
        {
            _lanes.Add(message.Topic, lane = new Lane());
        }

        lane.Waiting.Enqueue(pending);
        Pump(lane);
    }

    /// <summary>A check returned: its place goes to the next message of the topic.</summary>
    public void Finished(PendingCheck pending)
    {
        Lane lane = _lanes[pending.Message.Topic];
        lane.Running--;
        Pump(lane);
    }

    /// <summary>The next message whose time is over and that has no verdict. If its check has not begun, it never will.</summary>
    public PendingCheck? Expired(TimeSpan now)
    {
        if (!(NextDeadline <= now))
        {
            return null;
        }

        PendingCheck late = _byDeadline.Dequeue();
        Queue<PendingCheck> waiting = _lanes[late.Message.Topic].Waiting;
        if (waiting.TryPeek(out PendingCheck? first) && first == late)
        {
            // Both queues are in order of arrival. Left here, messages would pile up for as long as a check is stuck.
            waiting.Dequeue();
        }

        return late;
    }

    /// <summary>The loop ends: gives back every room.</summary>
    public void AnswerAll()
    {
        while (NextDeadline is not null)
        {
            _byDeadline.Dequeue().Answer();
        }
    }

    private void Pump(Lane lane)
    {
        while (lane.Running < RpcLimits.ValidationConcurrency && lane.Waiting.TryDequeue(out PendingCheck? next))
        {
            lane.Running++;
            tasks.Track(Task.Run(() =>
            {
                next.Run(handler);
                finished(next);
            }));
        }
    }

    private sealed class Lane
    {
        public Queue<PendingCheck> Waiting { get; } = [];

        // A check that never returns keeps its place: more threads would not help who wrote it.
        public int Running { get; set; }
    }
}
