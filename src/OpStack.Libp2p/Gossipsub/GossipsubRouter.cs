using OpStack.Libp2p.Gossipsub.Scoring;

namespace OpStack.Libp2p.Gossipsub;

/// <summary>
/// The gossipsub router as a state machine: inputs and the time in, outputs and the next deadline out. One owner; not thread-safe. Rules and
/// their order are those of go-libp2p-pubsub v0.12 (wire.md 9.6-9.13), which op-node runs; where this differs the place says why.
/// The random source is the only other influence: the same seed and inputs give the same outputs.
/// </summary>
internal sealed partial class GossipsubRouter : IDisposable
{
    private readonly GossipsubOptions _options;
    private readonly IPeerScoring _scoring;
    private readonly Random _random;
    private readonly SeenCache _seen;
    private readonly MessageCache _cache;
    private readonly Backoffs _backoffs = new(GossipsubLimits.MaxBackoffsPerTopic);
    private readonly Dictionary<MessageId, PendingValidation> _validating = [];
    private TimeSpan _nextHeartbeat;
    private TimeSpan _now;
    private List<RouterOutput> _outputs = [];
    private RouterCounters _counters;

    /// <param name="options">Validated parameters.</param>
    /// <param name="scoring">Scores of peers.</param>
    /// <param name="random">Source of every random choice.</param>
    /// <param name="now">The time now, on the monotonic clock that all later times are read from.</param>
    public GossipsubRouter(GossipsubOptions options, IPeerScoring scoring, Random random, TimeSpan now)
    {
        options.Validate();
        _options = options;
        _scoring = scoring;
        _random = random;
        _seen = new SeenCache(options.SeenTtl, GossipsubLimits.MaxSeenIds);
        _cache = new MessageCache(options.HistoryLength, options.HistoryGossip, GossipsubLimits.MaxCachedBytes);
        _now = now;
        _nextHeartbeat = now + options.HeartbeatInitialDelay;
    }

    /// <summary>When <see cref="Tick"/> is due.</summary>
    public TimeSpan NextDeadline => _scoring.NextDeadline < _nextHeartbeat ? _scoring.NextDeadline : _nextHeartbeat;

    /// <summary>What was counted so far.</summary>
    public RouterCounters Counters => _counters;

    /// <summary>Takes one input; adds what follows from it to <paramref name="outputs"/>.</summary>
    public void Handle(RouterInput input, TimeSpan now, List<RouterOutput> outputs)
    {
        Begin(now, outputs);
        switch (input)
        {
            case RouterInput.MessageReceived message:
                OnMessage(message);
                break;
            case RouterInput.DuplicateReceived duplicate:
                OnDuplicate(duplicate);
                break;
            case RouterInput.InvalidReceived invalid:
                OnInvalid(invalid);
                break;
            case RouterInput.ValidationCompleted completed:
                OnValidated(completed);
                break;
            case RouterInput.RpcReceived received:
                OnRpc(received);
                break;
            case RouterInput.Publish publish:
                OnPublish(publish);
                break;
            case RouterInput.PeerConnected connected:
                OnConnected(connected);
                break;
            case RouterInput.PeerDisconnected disconnected:
                OnDisconnected(disconnected);
                break;
            case RouterInput.Join join:
                OnJoin(join.Topic);
                break;
            case RouterInput.Leave leave:
                OnLeave(leave.Topic);
                break;
            case RouterInput.SendDropped dropped:
                OnSendDropped(dropped);
                break;
            case RouterInput.MessagesDropped dropped:
                _scoring.AddDropped(dropped.Peer, dropped.Count);
                break;
            case RouterInput.PeerAddresses addresses:
                _scoring.SetAddresses(addresses.Peer, addresses.Addresses);
                break;
        }

        Flush();
    }

    /// <summary>Runs the heartbeat and the decay of scores, if they are due. Heartbeats missed by a late caller are not made up for.</summary>
    public void Tick(TimeSpan now, List<RouterOutput> outputs)
    {
        Begin(now, outputs);
        if (_now >= _scoring.NextDeadline)
        {
            _scoring.Tick(_now);
        }

        if (_now < _nextHeartbeat)
        {
            return;
        }

        _nextHeartbeat += _options.HeartbeatInterval;
        if (_nextHeartbeat <= _now)
        {
            _nextHeartbeat = _now + _options.HeartbeatInterval;
        }

        Heartbeat();
        Flush();
    }

    /// <summary>Releases every frame held. Nothing may be handled afterwards.</summary>
    public void Dispose()
    {
        _cache.Clear();
        foreach (PendingValidation pending in _validating.Values)
        {
            pending.Frame.Release();
        }

        _validating.Clear();
    }

    private void Begin(TimeSpan now, List<RouterOutput> outputs)
    {
        _now = now > _now ? now : _now;
        _outputs = outputs;
    }
}
